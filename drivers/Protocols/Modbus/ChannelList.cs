using System.Globalization;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>Channels as a site writes them: <c>1-4,6,8</c>. Numbers may have gaps; each counts once, in rising order.</summary>
internal static class ChannelList
{
    public const int Most = 64;

    /// <summary>Null when the text is no such list.</summary>
    public static int[]? Read(string text)
    {
        var channels = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', 2);
            if (!TryChannel(ends[0], out var first) || !TryChannel(ends[^1], out var last) || last < first) return null;
            for (var channel = first; channel <= last; channel++) channels.Add(channel);
        }

        return [.. channels];
    }

    private static bool TryChannel(string text, out int channel) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out channel) && channel is >= 1 and <= Most;
}
