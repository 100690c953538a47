using System.Globalization;

namespace AvGateway.Drivers.Protocols.Tesira;

/// <summary>One channel of a level or mute block of the design.</summary>
/// <param name="Block">Instance tag as it stands in a command, in quotes where it holds a space.</param>
/// <param name="Index">Channel within the block.</param>
internal sealed record TesiraChannel(int Number, string Block, int Index);

/// <summary>Channels as the site file names them: <c>1=Level1/1,2=Court Mics/4</c>.</summary>
internal static class TesiraChannels
{
    private const int Most = 999;

    /// <summary>False when a part of it names no channel: a microphone that was passed over would be one that nobody watches.</summary>
    public static bool TryRead(string text, out SortedDictionary<int, TesiraChannel> channels)
    {
        channels = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [var digits, var place] || !TryNumber(digits, out var number)) return false;
            if (place.Split('/', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } block, var channel] || !TryNumber(channel, out var index)) return false;
            if (block.Any(c => c is '"' || char.IsControl(c))) return false;
            if (!channels.TryAdd(number, new(number, block.Contains(' ', StringComparison.Ordinal) ? $"\"{block}\"" : block, index))) return false;
        }

        return true;
    }

    private static bool TryNumber(string digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= Most;
}
