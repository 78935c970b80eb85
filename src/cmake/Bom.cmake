# SPDX-License-Identifier: Apache-2.0
# The bill of materials: what the program is linked with, as CycloneDX 1.5, written while the build is configured. The same
# tree with the same libraries gives the same bytes; there is a time in it only where SOURCE_DATE_EPOCH says one.

# bom_add(NAME VERSION LICENSE) notes a library that the program is linked with.
function(bom_add name version license)
  set(reference "pkg:generic/${name}@${version}")
  set_property(GLOBAL APPEND PROPERTY bom_references "\"${reference}\"")
  set_property(GLOBAL APPEND PROPERTY bom_components "{
      \"type\": \"library\",
      \"bom-ref\": \"${reference}\",
      \"name\": \"${name}\",
      \"version\": \"${version}\",
      \"scope\": \"required\",
      \"licenses\": [{\"expression\": \"${license}\"}],
      \"purl\": \"${reference}\"
    }")
endfunction()

# bom_write(FILE) writes what was noted into FILE.
function(bom_write file)
  get_property(components GLOBAL PROPERTY bom_components)
  get_property(references GLOBAL PROPERTY bom_references)
  list(JOIN components ", " components)
  list(JOIN references ", " references)
  set(program "pkg:generic/${PROJECT_NAME}@${PROJECT_VERSION}")
  string(UUID serial NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 TYPE SHA1 NAME "${program} ${references}")
  set(time)
  if(DEFINED ENV{SOURCE_DATE_EPOCH})
    string(TIMESTAMP now "%Y-%m-%dT%H:%M:%SZ" UTC)
    set(time "\"timestamp\": \"${now}\",\n    ")
  endif()
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT [[{
  "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "serialNumber": "urn:uuid:@serial@",
  "version": 1,
  "metadata": {
    @time@"component": {
      "type": "application",
      "bom-ref": "@program@",
      "name": "@PROJECT_NAME@",
      "version": "@PROJECT_VERSION@",
      "description": "@PROJECT_DESCRIPTION@",
      "licenses": [{"expression": "Apache-2.0"}],
      "purl": "@program@"
    },
    "properties": [
      {"name": "build:compiler", "value": "@CMAKE_C_COMPILER_ID@ @CMAKE_C_COMPILER_VERSION@"},
      {"name": "build:system", "value": "@CMAKE_SYSTEM_NAME@ @CMAKE_SYSTEM_PROCESSOR@"}
    ]
  },
  "components": [
    @components@
  ],
  "dependencies": [
    {"ref": "@program@", "dependsOn": [@references@]}
  ]
}
]])
endfunction()
