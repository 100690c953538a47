using System.Globalization;
using System.Net;
using System.Text;

namespace AvGateway.Reports.Page;

/// <param name="Style">Class of the style sheet: its colour and, in black and white, its pattern.</param>
internal sealed record Share(string Style, string Name, double Value);

internal sealed record Bar(string Name, IReadOnlyList<Share> Shares, string Note);

/// <summary>Charts as SVG inside the page: no script, no picture file, sharp on paper.</summary>
internal static class Charts
{
    private const int Width = 680;

    /// <summary>Patterns that tell states apart without colour; once in a page.</summary>
    public const string Patterns =
        "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" style=\"position:absolute\"><defs>"
        + "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/><rect width=\"2.2\" height=\"5\" fill=\"#8a8a8a\"/></pattern>"
        + "<pattern id=\"dots\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"><rect width=\"4\" height=\"4\" fill=\"#f4f4f4\"/><circle cx=\"2\" cy=\"2\" r=\".8\" fill=\"#9aa3ad\"/></pattern>"
        + "</defs></svg>";

    /// <summary>One bar in parts for each name; the whole width is the sum of its parts.</summary>
    public static string Stacked(string title, IReadOnlyList<Bar> bars)
    {
        const int name = 150, note = 92, height = 17, gap = 7;
        var text = Begin(title, (bars.Count * (height + gap)) + 6);
        for (var i = 0; i < bars.Count; i++)
        {
            var (bar, y) = (bars[i], 4 + (i * (height + gap)));
            var (x, whole) = ((double)name, bar.Shares.Sum(s => s.Value));
            Text(text, name - 8, y + 13, "end", bar.Name, "t");
            foreach (var share in bar.Shares)
            {
                if (share.Value <= 0 || whole <= 0) continue;

                // Less than a line on paper would be nothing: an outage of a minute is to be seen.
                var width = Math.Max(0.8, share.Value / whole * (Width - name - note));
                text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{share.Style}\" x=\"{Px(x)}\" y=\"{y}\" width=\"{Px(width)}\" height=\"{height}\"><title>{Html(share.Name)}</title></rect>");
                x += share.Value / whole * (Width - name - note);
            }

            text.Append(CultureInfo.InvariantCulture, $"<rect class=\"frame\" x=\"{name}\" y=\"{y}\" width=\"{Width - name - note}\" height=\"{height}\"/>");
            Text(text, Width, y + 13, "end", bar.Note, "n");
        }

        return text.Append("</svg>").ToString();
    }

    /// <summary>A figure for each day, in percent; the scale begins at <paramref name="floor"/> and says so.</summary>
    public static string Days(string title, IReadOnlyList<(int Day, double? Value, bool IsOff)> days, double floor)
    {
        const int left = 46, top = 10, height = 120;
        var step = (Width - left - 6) / 31.0;
        var text = Begin(title, top + height + 24);
        foreach (var line in (double[])[floor, floor + ((100 - floor) / 2), 100])
        {
            var y = Y(line);
            text.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{left}\" y1=\"{Px(y)}\" x2=\"{Width}\" y2=\"{Px(y)}\"/>");
            Text(text, left - 6, (int)y + 4, "end", line.ToString("0.##", CultureInfo.InvariantCulture), "n");
        }

        foreach (var (day, value, isOff) in days)
        {
            var x = left + 3 + ((day - 1) * step);
            if (value is { } known)
            {
                var y = Y(Math.Max(known, floor));
                text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(known >= 99.9995 ? "up" : "part")}\" x=\"{Px(x)}\" y=\"{Px(y)}\" width=\"{Px(step - 5)}\" height=\"{Px(Math.Max(0.6, top + height - y))}\"><title>{day}: {known.ToString("0.000", CultureInfo.InvariantCulture)} %</title></rect>");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"<rect class=\"planned\" x=\"{Px(x)}\" y=\"{top}\" width=\"{Px(step - 5)}\" height=\"{height}\"/>");
            }

            Text(text, (int)(x + ((step - 5) / 2)), top + height + 14, "middle", day.ToString(CultureInfo.InvariantCulture), isOff ? "off" : "n");
        }

        return text.Append("</svg>").ToString();

        double Y(double value) => top + height - ((value - floor) / (100 - floor) * height);
    }

    /// <summary>Rooms by days: what each day was for each room at its worst.</summary>
    public static string Grid(string title, IReadOnlyList<(string Name, IReadOnlyList<(int Day, string Style)> Days)> rows)
    {
        const int name = 150, cell = 15;
        var step = (Width - name) / 31.0;
        var text = Begin(title, (rows.Count * (cell + 3)) + 20);
        for (var day = 1; day <= 31; day++) Text(text, (int)(name + ((day - 0.5) * step)), 10, "middle", day.ToString(CultureInfo.InvariantCulture), "n");
        for (var i = 0; i < rows.Count; i++)
        {
            var y = 16 + (i * (cell + 3));
            Text(text, name - 8, y + 12, "end", rows[i].Name, "t");
            foreach (var (day, style) in rows[i].Days)
                text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style} cell\" x=\"{Px(name + ((day - 1) * step) + 1)}\" y=\"{y}\" width=\"{Px(step - 2)}\" height=\"{cell}\"/>");
        }

        return text.Append("</svg>").ToString();
    }

    public static string Legend(IEnumerable<(string Style, string Name)> entries)
    {
        var text = new StringBuilder("<p class=\"legend\">");
        foreach (var (style, name) in entries)
            text.Append(CultureInfo.InvariantCulture, $"<span><svg width=\"14\" height=\"10\" aria-hidden=\"true\"><rect class=\"{style}\" width=\"14\" height=\"10\"/><rect class=\"frame\" width=\"14\" height=\"10\"/></svg>{Html(name)}</span>");
        return text.Append("</p>").ToString();
    }

    private static StringBuilder Begin(string title, int height) =>
        new(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {Width} {height}\"><title>{Html(title)}</title>"));

    private static void Text(StringBuilder text, int x, int y, string anchor, string words, string style) =>
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{Html(words)}</text>");

    private static string Px(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
