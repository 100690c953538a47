using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>Reads how frames are parted.</summary>
internal sealed class ProfileFrameReader(ProfilePlace root)
{
    private static readonly Dictionary<string, ProfileSumKind> Sums = new(StringComparer.Ordinal)
    {
        ["or8"] = ProfileSumKind.Or8,
        ["xor8"] = ProfileSumKind.Xor8,
        ["sum8"] = ProfileSumKind.Sum8,
        ["neg-sum8"] = ProfileSumKind.NegatedSum8,
        ["crc16-modbus"] = ProfileSumKind.Crc16Modbus,
    };

    public ProfileFrame? Read()
    {
        var bytes = root.Text("bytes", "\"text\"");
        if (bytes is not ("hex" or "text"))
        {
            if (bytes is not null) root["bytes"]!.Wrong($"\"{bytes}\" is no way to write frames", "write hex or text");
            return null;
        }

        if (root.Required("frame", bytes == "hex" ? "{ \"form\": \"A9 ?? ?? 9A\" }" : "{ \"end\": \"\\r\" }") is not { } place) return null;
        return bytes == "hex" ? ReadHex(place) : ReadText(place);
    }

    private static ProfileFrame? ReadHex(ProfilePlace place)
    {
        if (!place.IsObject("form", "length", "checksum")) return null;
        var places = new List<ProfileBytes>();
        foreach (var word in (place.Text("form", "\"A9 ?? ?? 9A\"") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Bytes(word) is { } set) places.Add(set);
            else place["form"]!.Wrong($"\"{word}\" is no set of bytes", "write a byte (A9), a range (80-FF), several (20-23,A0-A3) or any (??)");
        }

        if (places.Count is 0 or > ProfileFrame.Longest) return null;
        var form = new ProfileForm(places);
        if (place["length"] is { } length && length.IsObject("at", "plus"))
        {
            length.Required("at", "4");
            form = form with { LengthAt = length.Whole("at", 0, 0, places.Count - 1), LengthPlus = length.Whole("plus", 0, 0, ProfileFrame.Longest) };
        }

        return new ProfileFrame(true) { Form = form, Sum = ReadSum(place) };
    }

    private static ProfileFrame? ReadText(ProfilePlace place)
    {
        if (!place.IsObject("start", "end", "answerStart", "answerEnd", "ignore", "checksum")) return null;
        var (start, end) = (Bytes(place, "start"), Bytes(place, "end"));
        if (end.Length == 0) place.Wrong("\"end\" is missing: without it nobody knows where a request ends", "add for example \"end\": \"\\r\"");
        var ends = place["answerEnd"] is { } list ? list.OneOrMore.Where(e => e.IsText()).Select(e => Encoding.Latin1.GetBytes(e.Word!)).ToArray() : [end];
        if (ends.Length == 0 || ends.Any(e => e.Length == 0)) place.Wrong("an end of an answer is empty", "write for example \"answerEnd\": \"\\r\"");
        return new ProfileFrame(false)
        {
            Start = start,
            End = end,
            AnswerStart = place["answerStart"] is null ? start : Bytes(place, "answerStart"),
            AnswerEnds = ends,
            Ignored = Bytes(place, "ignore"),
            Sum = ReadSum(place),
        };
    }

    private static ProfileSum? ReadSum(ProfilePlace place)
    {
        if (place["checksum"] is not { } sum || !sum.IsObject("kind", "from")) return null;
        if (sum.Text("kind", "\"sum8\"") is not { } word) return null;
        if (Sums.TryGetValue(word, out var kind)) return new(kind, sum.Whole("from", 0, 0, ProfileFrame.Longest));
        sum["kind"]!.Wrong($"there is no check code \"{word}\"", $"there is {string.Join(", ", Sums.Keys)}");
        return null;
    }

    private static byte[] Bytes(ProfilePlace place, string name)
    {
        var text = place.Bytes(name);
        if (text.Any(c => c > 0xFF)) place[name]!.Wrong("a character here is no single byte", "write it as \\u00HH");
        return Encoding.Latin1.GetBytes(text);
    }

    private static ProfileBytes? Bytes(string word)
    {
        if (word == "??") return new((byte.MinValue, byte.MaxValue));
        var ranges = new List<(byte, byte)>();
        foreach (var part in word.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryByte(ends[0], out var low) || !TryByte(ends[^1], out var high) || low > high) return null;
            ranges.Add((low, high));
        }

        return new(ranges);
    }

    private static bool TryByte(string text, out byte b) => byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out b) && text.Length == 2;
}
