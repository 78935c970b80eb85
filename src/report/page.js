'use strict';
/*
 * The page works without this; with it, it can be searched, and long tables can be read to their
 * end. Rows beyond the first ones of a table stand as data beside it: {"s": [strings], "r": [[tone,
 * number of a string, ...], ...]}. Everything is put into the page as text, never as markup.
 */
(function () {
  var PAGE = 1000;
  var TONES = ['plain', 'gives', 'takes', 'alters', 'warns'];

  /* What is compared: without case and accents. */
  function folded(text) {
    var lower = text.toLowerCase();
    return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{M}/gu, '');
  }

  function Table(section) {
    this.section = section;
    this.body = section.querySelector('tbody');
    this.more = section.querySelector('.more');
    this.count = section.querySelector('.count');
    this.columns = Array.prototype.map.call(section.querySelectorAll('th'), function (head) {
      return {role: head.className, label: head.getAttribute('data-label')};
    });
    this.first = Array.prototype.slice.call(this.body.rows);
    this.total = this.first.length;
    this.rest = null;
    this.keys = null;
    this.people = null;
    this.shown = 0;
    var data = section.querySelector('script.rest');
    if (data !== null) {
      this.rest = JSON.parse(data.textContent);
      this.total += this.rest.r.length;
      data.remove();
    }
  }

  Table.prototype.cells = function (index) {
    if (index < this.first.length)
      return Array.prototype.map.call(this.first[index].cells, function (cell) { return cell.textContent; });
    var strings = this.rest.s;
    return this.rest.r[index - this.first.length].slice(1).map(function (number) { return strings[number]; });
  };

  Table.prototype.row = function (index) {
    if (index < this.first.length)
      return this.first[index];
    var row = document.createElement('tr');
    row.className = TONES[this.rest.r[index - this.first.length][0]];
    this.cells(index).forEach(function (text, i) {
      var cell = row.insertCell();
      var column = this.columns[i];
      cell.className = column.role;
      if (column.label !== null && text !== '')
        cell.setAttribute('data-label', column.label);
      if (column.role.split(' ').indexOf('person') >= 0 && text !== '') {
        var link = cell.appendChild(document.createElement('a'));
        link.href = '#q=' + encodeURIComponent(text);
        link.textContent = text;
      } else {
        cell.textContent = text;
      }
    }, this);
    return row;
  };

  /* Shows the rows that LIST names, or all of them, from the beginning. */
  Table.prototype.show = function (list) {
    this.list = list;
    this.shown = 0;
    this.body.textContent = '';
    this.next();
  };

  Table.prototype.next = function () {
    var length = this.list === null ? this.total : this.list.length;
    var end = Math.min(length, this.shown + PAGE);
    var rows = document.createDocumentFragment();
    for (var i = this.shown; i < end; i++)
      rows.appendChild(this.row(this.list === null ? i : this.list[i]));
    this.body.appendChild(rows);
    this.shown = end;
    this.offer(length - end);
  };

  /* All that is left of the rows, for paper: nobody can click there. */
  Table.prototype.finish = function () {
    while (this.shown < (this.list === null ? this.total : this.list.length))
      this.next();
  };

  Table.prototype.offer = function (left) {
    if (this.more === null)
      return;
    this.more.textContent = '';
    if (left === 0)
      return;
    var table = this;
    var button = this.more.appendChild(document.createElement('button'));
    button.type = 'button';
    button.textContent = 'Show ' + Math.min(left, PAGE) + ' more of ' + left + ' rows';
    button.addEventListener('click', function () { table.next(); });
  };

  Table.prototype.index = function () {
    this.keys = new Array(this.total);
    for (var i = 0; i < this.total; i++)
      this.keys[i] = folded(this.cells(i).join('\n'));
  };

  /* The rows in which every word stands. */
  Table.prototype.find = function (words) {
    if (this.keys === null)
      this.index();
    var found = [];
    for (var i = 0; i < this.total; i++) {
      var key = this.keys[i];
      if (words.every(function (word) { return key.indexOf(word) >= 0; }))
        found.push(i);
    }
    return found;
  };

  var tables = Array.prototype.map.call(document.querySelectorAll('section[data-table]'), function (section) {
    var table = new Table(section);
    table.list = null;
    table.shown = table.first.length;
    table.offer(table.total - table.first.length);
    return table;
  });
  var form = document.querySelector('.search');
  var input = form.querySelector('input');
  var output = form.querySelector('output');
  var searching = false;

  function search() {
    var words = folded(input.value).split(/\s+/).filter(function (word) { return word !== ''; });
    if (words.length === 0 && !searching)
      return;
    searching = words.length > 0;
    var found = 0;
    tables.forEach(function (table) {
      var list = searching ? table.find(words) : null;
      table.section.hidden = searching && list.length === 0;
      found += searching ? list.length : 0;
      table.show(list);
      table.count.textContent = searching ? list.length + ' of ' + table.total : String(table.total);
    });
    output.textContent = !searching ? '' : found === 0 ? 'nothing found' : found === 1 ? '1 row' : found + ' rows';
    document.body.setAttribute('data-found', searching ? String(found) : '');
  }

  function follow() {
    if (location.hash.indexOf('#q=') !== 0)
      return;
    input.value = decodeURIComponent(location.hash.slice(3));
    search();
    window.scrollTo(0, form.offsetTop);
  }

  var timer = 0;
  input.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(search, 80);
  });
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    search();
  });
  window.addEventListener('hashchange', follow);
  window.addEventListener('beforeprint', function () {
    tables.forEach(function (table) { table.finish(); });
  });
  form.hidden = tables.length === 0;
  follow();
})();
