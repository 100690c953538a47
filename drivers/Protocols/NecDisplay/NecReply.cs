using System.Globalization;

namespace AvGateway.Drivers.Protocols.NecDisplay;

/// <summary>One packet of the display whose check code was right.</summary>
/// <param name="Type">B: reply to a command, D: to a get, F: to a set.</param>
/// <param name="Monitor">The byte of whoever says it: 0x40 and the monitor's number.</param>
/// <param name="Message">What stands between STX and ETX.</param>
public readonly record struct NecReply(char Type, char Monitor, string Message)
{
    private const string Good = "00";

    /// <summary>"I have no answer to give": busy with the request before, or asked for what there is not.</summary>
    public bool IsNull => Type == 'B' && Message == "BE";

    /// <summary>Reserved, result, D6, type, 4 modes, mode.</summary>
    public bool TryPower(out int mode)
    {
        mode = 0;
        return Type == 'B' && Message is { Length: 16 } && Message.StartsWith("0200D6", StringComparison.Ordinal) && TryHex(Message[12..], out mode);
    }

    /// <summary>Result, C203D6, mode: the answer to a wish about the power.</summary>
    public bool IsPowerSet => Type == 'B' && Message is { Length: 12 } && Message[2..8] == "C203D6";

    /// <summary>Result, page and code, type, largest and present value.</summary>
    public bool TryParameter(char type, string parameter, out int value)
    {
        value = 0;
        return IsParameter(type, parameter) && TryHex(Message[12..], out value);
    }

    public bool IsParameter(char type, string parameter) => Type == type && Message is { Length: 16 } && Message[2..6] == parameter;

    /// <summary>The first two characters of an answer to a set are 00 where it was taken.</summary>
    public bool IsTaken => Message is { Length: > 2 } && Message.StartsWith(Good, StringComparison.Ordinal);

    /// <summary>The text behind a reply code, which is written as two hex digits a character.</summary>
    public bool TryText(string code, out string text)
    {
        text = "";
        if (Type != 'B' || Message is null || !Message.StartsWith(code, StringComparison.Ordinal) || (Message.Length - code.Length) % 2 != 0) return false;
        foreach (var pair in Message[code.Length..].Chunk(2))
        {
            if (!TryHex(new(pair), out var character)) return false;
            if (character is >= ' ' and <= '~') text += (char)character;
        }

        text = text.Trim();
        return true;
    }

    public override string ToString() => $"{Type} {(int)Monitor:X2} {Message}";

    private static bool TryHex(string digits, out int value) => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
