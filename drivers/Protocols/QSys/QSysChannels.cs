using System.Globalization;

namespace AvGateway.Drivers.Protocols.QSys;

/// <summary>The named controls of one channel; null where the site file names none.</summary>
internal sealed record QSysChannel(int Number, string Mute, string? Gain);

/// <summary>Channels as the site file names them: <c>1=Mic1Mute/Mic1Gain,2=Mic2Mute</c>.</summary>
internal static class QSysChannels
{
    private const int Most = 999;

    /// <summary>False when a part of it names no channel: a microphone that was passed over would be one that nobody watches.</summary>
    public static bool TryRead(string text, out SortedDictionary<int, QSysChannel> channels)
    {
        channels = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [var digits, var names]) return false;
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > Most) return false;
            var controls = names.Split('/', StringSplitOptions.TrimEntries);
            if (controls.Length > 2 || controls.Any(c => c.Length == 0)) return false;
            if (!channels.TryAdd(number, new(number, controls[0], controls.Length > 1 ? controls[1] : null))) return false;
        }

        return channels.Count > 0;
    }
}
