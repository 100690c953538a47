using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

public enum Language { Chinese, English }

public enum CellKind { Empty, Text, Words, Count, Number, Percent, Span, Moment, Date }

/// <summary>One value, before it is written in a language.</summary>
public readonly record struct Cell(CellKind Kind)
{
    public static readonly Cell Empty = new(CellKind.Empty);

    public Wording? Words { get; private init; }
    public double Number { get; private init; }
    public DateTimeOffset At { get; private init; }
    public DateOnly Day { get; private init; }
    public TimeSpan Length { get; private init; }

    public static Cell Of(string? text) => string.IsNullOrEmpty(text) ? Empty : new(CellKind.Text) { Words = new(text, text) };
    public static Cell Of(Wording words) => new(CellKind.Words) { Words = words };
    public static Cell Of(string zh, string en) => Of(new Wording(zh, en));
    public static Cell Of(long count) => new(CellKind.Count) { Number = count };
    public static Cell Of(double number) => new(CellKind.Number) { Number = number };
    public static Cell Percent(double? share) => share is { } known ? new(CellKind.Percent) { Number = known } : Empty;
    public static Cell Of(TimeSpan? length) => length is { } known ? new(CellKind.Span) { Length = known } : Empty;
    public static Cell Of(DateTimeOffset? at) => at is { } known ? new(CellKind.Moment) { At = known } : Empty;
    public static Cell Of(DateOnly? day) => day is { } known ? new(CellKind.Date) { Day = known } : Empty;

    public bool IsNumeric => Kind is CellKind.Count or CellKind.Number or CellKind.Percent;

    public bool IsRight => IsNumeric || Kind is CellKind.Span;

    /// <summary>As people of the court read it: local times, hours and minutes.</summary>
    public string Write(Language language, LocalClock clock) => Kind switch
    {
        CellKind.Text or CellKind.Words => language is Language.Chinese ? Words!.Zh : Words!.En,
        CellKind.Count => Number.ToString("0", CultureInfo.InvariantCulture),
        CellKind.Number => Number.ToString("0.##", CultureInfo.InvariantCulture),
        CellKind.Percent => Floor(Number).ToString("0.000", CultureInfo.InvariantCulture),
        CellKind.Span => Text(Length),
        CellKind.Moment => clock.Local(At).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        CellKind.Date => Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => "",
    };

    /// <summary>Hours, minutes and seconds; parts of a second are cut, as they are cut everywhere here.</summary>
    public static string Text(TimeSpan length) =>
        string.Create(CultureInfo.InvariantCulture, $"{(length < TimeSpan.Zero ? "-" : "")}{(long)Math.Abs(length.TotalHours)}:{Math.Abs(length.Minutes):00}:{Math.Abs(length.Seconds):00}");

    // 99.9996 is not a hundred.
    internal static double Floor(double percent) => Math.Floor((percent * 1000) + 1e-7) / 1000;
}

/// <param name="Unit">Stands behind the title in round brackets.</param>
public sealed record Column(string Id, Wording Title, Wording? Unit = null)
{
    public string Write(Language language) => language is Language.Chinese
        ? Unit is null ? Title.Zh : $"{Title.Zh}（{Unit.Zh}）"
        : Unit is null ? Title.En : $"{Title.En} ({Unit.En})";
}

/// <param name="Key">Names the row in every revision.</param>
public sealed record Row(string Key, ImmutableArray<Cell> Cells);

/// <summary>A table of the report: one CSV file, one sheet, one part of the page.</summary>
/// <param name="Note">How its figures are reckoned.</param>
public sealed record ReportTable(string Id, Wording Title, ImmutableArray<Column> Columns, ImmutableArray<Row> Rows, Wording? Note = null)
{
    /// <summary>Rows that the page shows; the rest is in the files.</summary>
    public int MostOnPage { get; init; } = 60;

    /// <summary>Rows whose place on the page something else takes; null shows all.</summary>
    public Func<Row, bool>? OnPage { get; init; }

    public static Column Column(string id, string zh, string en) => new(id, new(zh, en));

    public static Column Percent(string id, string zh, string en) => new(id, new(zh, en), new("%", "%"));

    public static Column Span(string id, string zh, string en) => new(id, new(zh, en), new("时:分:秒", "h:mm:ss"));
}
