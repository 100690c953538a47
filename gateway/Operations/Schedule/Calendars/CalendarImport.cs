using System.Text.Json;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>Reads a list that somebody carried in, whichever of the known forms it has.</summary>
public static class CalendarImport
{
    /// <param name="name">File name: <c>.ics</c> is iCalendar, everything else JSON.</param>
    /// <param name="source">The notice, where the file cannot name it; null: what the file says.</param>
    public static ListReading Read(string name, ReadOnlyMemory<byte> file, string? source)
    {
        if (Path.GetExtension(name).Equals(".ics", StringComparison.OrdinalIgnoreCase)) return HolidayCalendarFile.Read(file, source ?? "");
        var reading = IsHolidayCn(file) ? HolidayCnFile.Read(file) : YearListJson.Read(file);
        return source is null || !reading.IsGood ? reading : reading with { Lists = [.. reading.Lists.Select(l => l with { Source = source })] };
    }

    private static bool IsHolidayCn(ReadOnlyMemory<byte> file)
    {
        try
        {
            var reader = new Utf8JsonReader(file.Span.StartsWith("\uFEFF"u8) ? file.Span[3..] : file.Span, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1 && (reader.ValueTextEquals("papers"u8) || reader.ValueTextEquals("days"u8))) return true;
            }
        }
        catch (JsonException)
        {
            // The reader of our own form tells where it broke.
        }

        return false;
    }
}
