using System.Globalization;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>What the recorder says it is doing.</summary>
public enum SmpState { Other, Stopped, Recording, Paused }

/// <summary>The answer to <c>I</c>.</summary>
/// <param name="Word">The state in the device's own word.</param>
/// <param name="Free">Kilobytes, over all destinations.</param>
/// <param name="Left">The shortest of the destinations.</param>
internal sealed record SmpStatus(SmpState State, string Word, string Destination, long Free, TimeSpan Elapsed, TimeSpan Left);

/// <summary>Values inside a line: the status list, meters, times and dates.</summary>
internal static class SmpValues
{
    // <ChA1*ChB3>*<recording>*<internal>*<437342288>*<00:12:31>*<155:40:43>
    private const int StatusFields = 6;

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public static SmpReplyKind KindOf(string value)
    {
        if (value.StartsWith("<Ch", StringComparison.Ordinal)) return SmpReplyKind.Status;
        if (TryMeters(value, out _)) return SmpReplyKind.Meters;
        return TryDate(value, out _) ? SmpReplyKind.Clock : SmpReplyKind.Text;
    }

    public static bool TryStatus(string value, out SmpStatus status)
    {
        status = null!;
        if (value is not ['<', .., '>']) return false;
        var fields = value[1..^1].Split(">*<");
        if (fields.Length != StatusFields) return false;
        long free = 0;
        foreach (var part in fields[3].Split('*'))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes)) return false;
            free += Math.Min(kilobytes, long.MaxValue / 64);
        }

        if (!TrySpan(fields[4], out var elapsed)) return false;
        TimeSpan? left = null;
        foreach (var part in fields[5].Split('*'))
        {
            if (!TrySpan(part, out var one)) return false;
            if (left is null || one < left) left = one;
        }

        status = new(StateOf(fields[1]), fields[1], fields[2], free, elapsed, left!.Value);
        return true;
    }

    /// <summary>Left and right as told: in tenths of a decibel or in decibels, by model.</summary>
    public static bool TryMeters(string value, out int loudest)
    {
        loudest = 0;
        if (value.Split('*') is not [var left, var right]) return false;
        if (!int.TryParse(left, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var one)) return false;
        if (!int.TryParse(right, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var other) || one > 0 || other > 0) return false;
        loudest = Math.Max(one, other);
        return true;
    }

    /// <summary>Reads <c>Mon, 20 Nov 2023 08:00:01</c>; some models write four letters of a month.</summary>
    public static bool TryDate(string value, out DateTime local)
    {
        local = default;
        if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [[.., ','], var day, { Length: >= 3 } name, var year, var clock]) return false;
        var month = Array.FindIndex(Months, m => name.StartsWith(m, StringComparison.Ordinal)) + 1;
        return month > 0 && DateTime.TryParseExact(string.Create(CultureInfo.InvariantCulture, $"{year}-{month}-{day} {clock}"), "yyyy-M-d HH:mm:ss",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
    }

    private static SmpState StateOf(string word)
    {
        if (word.StartsWith("record", StringComparison.OrdinalIgnoreCase)) return SmpState.Recording;
        if (word.StartsWith("paus", StringComparison.OrdinalIgnoreCase)) return SmpState.Paused;
        return word.StartsWith("stop", StringComparison.OrdinalIgnoreCase) ? SmpState.Stopped : SmpState.Other;
    }

    // Hours go beyond 23: a disk may hold a week.
    private static bool TrySpan(string text, out TimeSpan span)
    {
        span = default;
        if (text.Split(':') is not [{ Length: <= 6 } hours, var minutes, var seconds]) return false;
        if (!int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var h)) return false;
        if (!int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var m) || m > 59) return false;
        if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var s) || s > 59) return false;
        span = new TimeSpan(h, m, s);
        return true;
    }
}
