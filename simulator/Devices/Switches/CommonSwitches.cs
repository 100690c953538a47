using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Switches;

/// <summary>The switches that every simulated device has.</summary>
public sealed class CommonSwitches
{
    private const int LongestGarbage = 1024;

    internal CommonSwitches(SwitchBoard board, Action linkChanged, Action seedChanged)
    {
        Mute = board.Boolean("mute", "Hears and obeys, and never says anything.");
        Frozen = board.Boolean("frozen", "Acknowledges commands, and nothing happens.");
        Refuse = board.Add<Refusal>("refuse", "true, false or one of the device's own refusal codes",
            "Refuses every command that would change something.", default, ReadRefusal, WriteRefusal, null);
        Delay = board.Duration("delay", "Everything the device says is this late.", TimeSpan.Zero);
        Slice = board.Boolean("slice", "Everything the device says is cut and joined at random places (see seed).");
        Garbage = board.Add<Garbage>("garbage",
            "false, true for random line noise, a text whose characters up to U+00FF are the bytes, or \"hex:00ff\"",
            "Bytes put before each answer.", Switches.Garbage.None, ReadGarbage, WriteGarbage, null);
        Drop = board.Boolean(
            "drop", "The link is closed and refused; a serial line hangs up and its device node goes away.", changed: linkChanged);
        HalfOpen = board.Boolean("half-open",
            "The link stays and nothing passes either way. Set to false, it resets the TCP connections of that time; a serial line stays.",
            changed: linkChanged);
        Seed = board.Integer("seed", "Start of the random numbers of slice and garbage.", 1, 0, int.MaxValue, seedChanged);
    }

    public Switch<bool> Mute { get; }

    public Switch<bool> Frozen { get; }

    public Switch<Refusal> Refuse { get; }

    public Switch<TimeSpan> Delay { get; }

    public Switch<bool> Slice { get; }

    public Switch<Garbage> Garbage { get; }

    public Switch<bool> Drop { get; }

    public Switch<bool> HalfOpen { get; }

    public Switch<int> Seed { get; }

    private static bool ReadRefusal(JsonNode? value, out Refusal result)
    {
        result = default;
        switch (value?.GetValueKind())
        {
            case null or JsonValueKind.False: return true;
            case JsonValueKind.True: result = new(true, null); return true;
            case JsonValueKind.Number when SwitchBoard.TryInteger(value, out var code) && code >= 0:
                result = new(true, code.ToString(CultureInfo.InvariantCulture));
                return true;
            case JsonValueKind.String when SwitchBoard.AsText(value) is { Length: > 0 and <= 64 } word && !word.Any(char.IsControl):
                result = new(true, word);
                return true;
            default: return false;
        }
    }

    private static JsonValue WriteRefusal(Refusal refusal) => refusal switch
    {
        { On: false } => JsonValue.Create(false),
        { Code: null } => JsonValue.Create(true),
        { Code: var code } when int.TryParse(code, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        { Code: var code } => JsonValue.Create(code),
    };

    private static bool ReadGarbage(JsonNode? value, out Garbage result)
    {
        result = Switches.Garbage.None;
        switch (value?.GetValueKind())
        {
            case null or JsonValueKind.False: return true;
            case JsonValueKind.True: result = new(true, []); return true;
            case JsonValueKind.String: break;
            default: return false;
        }

        var text = SwitchBoard.AsText(value)!;
        if (text.Length > LongestGarbage) return false;
        if (text.StartsWith("hex:", StringComparison.Ordinal)) return TryHex(text[4..], out result);
        if (text.Any(c => c > 0xFF)) return false;
        result = new(false, [.. text.Select(c => (byte)c)]);
        return true;
    }

    private static bool TryHex(string digits, out Garbage result)
    {
        result = Switches.Garbage.None;
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit)) return false;
        result = new(false, Convert.FromHexString(digits));
        return true;
    }

    private static JsonValue WriteGarbage(Garbage garbage) => garbage switch
    {
        { Random: true } => JsonValue.Create(true),
        { On: false } => JsonValue.Create(false),
        _ => JsonValue.Create("hex:" + Convert.ToHexStringLower(garbage.Bytes)),
    };
}
