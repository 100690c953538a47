using AvGateway.Scenes.Hearings.Docket;

namespace AvGateway.Operations.Rooms;

/// <summary>In which of the three forms a docket is written.</summary>
public enum DocketForm { Csv, Calendar, Json }

public static class DocketForms
{
    /// <summary>Largest docket in bytes, however it is brought.</summary>
    public const int MostBytes = DocketReading.MaximumBytes;

    /// <summary>By a file's ending; null for none of ours.</summary>
    public static DocketForm? OfFile(string name) => Path.GetExtension(name) switch
    {
        ".csv" => DocketForm.Csv,
        ".ics" => DocketForm.Calendar,
        ".json" => DocketForm.Json,
        _ => null,
    };

    /// <summary>By a media type without its parameters; null for none of ours.</summary>
    public static DocketForm? OfMedia(string? type) => type?.ToLowerInvariant() switch
    {
        "text/csv" => DocketForm.Csv,
        "text/calendar" => DocketForm.Calendar,
        "application/json" => DocketForm.Json,
        _ => null,
    };

    /// <summary>By the word of a request: <c>csv</c>, <c>ics</c>, <c>json</c>.</summary>
    public static DocketForm? OfWord(string word) => OfFile($".{word}");

    public static DocketReading Read(this DocketForm form, ReadOnlyMemory<byte> bytes, TimeZoneInfo zone) => form switch
    {
        DocketForm.Csv => CsvDocket.Read(bytes.Span, zone),
        DocketForm.Calendar => CalendarDocket.Read(bytes.Span, zone),
        _ => JsonDocket.Read(bytes, zone),
    };
}
