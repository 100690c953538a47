using System.Globalization;

namespace AvGateway.Drivers.Protocols.QSys;

/// <summary>The named controls of one channel; null where the site file names none.</summary>
internal sealed record QSysChannel(int Number, string Mute, string? Gain);

/// <summary>Channels as the site file names them: <c>1=Mic1Mute/Mic1Gain,2=Mic2Mute</c>.</summary>
internal static class QSysChannels
{
    public static SortedDictionary<int, QSysChannel> Read(string text)
    {
        var channels = new SortedDictionary<int, QSysChannel>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [var digits, { Length: > 0 } names]) continue;
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1) continue;
            var controls = names.Split('/', 2, StringSplitOptions.TrimEntries);
            if (controls[0].Length > 0) channels[number] = new(number, controls[0], controls.Length > 1 && controls[1].Length > 0 ? controls[1] : null);
        }

        return channels;
    }
}
