/** What a page that is open tells of itself; `look` below is run in the browser. */
export interface Looked {
  /** How far the page can be scrolled to the side, in CSS pixels. */
  readonly sideways: number;
  /** Texts whose contrast is below what WCAG 2.2, 1.4.3, asks for (4.5), with theirs. */
  readonly faint: readonly string[];
  readonly texts: number;
  /** Pixels by chart that have the colour of its line or bars, within what smoothing makes of it. */
  readonly drawn: Readonly<Record<string, number>>;
}

export const look = String.raw`
(function () {
  function rgba(colour) {
    var canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    var ctx = canvas.getContext('2d');
    ctx.fillStyle = colour;
    ctx.fillRect(0, 0, 1, 1);
    return Array.from(ctx.getImageData(0, 0, 1, 1).data);
  }
  function luminance(colour) {
    var parts = colour.slice(0, 3).map(function (part) {
      var share = part / 255;
      return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }
  function behind(element) {
    for (var at = element; at; at = at.parentElement) {
      var colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  }
  var texts = Array.from(document.querySelectorAll('main *')).filter(function (element) {
    return Array.from(element.childNodes).some(function (node) { return node.nodeType === 3 && node.data.trim(); });
  });
  var faint = texts.flatMap(function (element) {
    var both = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))];
    var contrast = (Math.max.apply(null, both) + 0.05) / (Math.min.apply(null, both) + 0.05);
    return contrast < 4.5 ? [element.textContent.trim() + ': ' + contrast.toFixed(2)] : [];
  });
  var line = rgba(getComputedStyle(document.documentElement).getPropertyValue('--mean').trim());
  var drawn = {};
  document.querySelectorAll('.chart').forEach(function (chart) {
    var canvas = chart.querySelector('canvas');
    drawn[chart.id] = 0;
    if (!canvas) return;
    var pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (var at = 0; at < pixels.length; at += 4) {
      var near = [0, 1, 2].every(function (part) { return Math.abs(pixels[at + part] - line[part]) < 24; });
      if (near && pixels[at + 3] > 128) drawn[chart.id] += 1;
    }
  });
  return {
    sideways: document.documentElement.scrollWidth - innerWidth,
    faint: faint, texts: texts.length, drawn: drawn
  };
})()
`;
