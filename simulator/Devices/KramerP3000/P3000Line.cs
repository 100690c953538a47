using System.Globalization;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>The errors that this device finds itself; the switches refuse and next-error bring the rest of the vendor's table.</summary>
internal static class P3000Error
{
    public const string Syntax = "ERR001";
    public const string NotAvailable = "ERR002";
    public const string OutOfRange = "ERR003";
    public const string Unauthorised = "ERR004";
    public const string Busy = "ERR006";

    public static string Of(int code) => string.Create(CultureInfo.InvariantCulture, $"ERR{code:000}");
}

/// <summary>One command of a line: name in capitals, whether it asks, and what follows.</summary>
internal readonly record struct P3000Command(string Name, bool Asks, string Text)
{
    public string[] Parameters => Text.Length == 0 ? [] : Text.Split(',', StringSplitOptions.TrimEntries);

    public static P3000Command Read(string text)
    {
        var trimmed = text.Trim(' ');
        var end = trimmed.IndexOfAny([' ', '?']);
        if (end < 0) return new(trimmed, false, "");
        return new(trimmed[..end], trimmed[end] == '?', trimmed[(end + 1)..].Trim(' '));
    }
}

/// <summary>One line of a client, between <c>#</c> and CR.</summary>
/// <param name="Machine">To which machine number it is addressed; null: to whoever is on the line.</param>
/// <param name="Commands">The links of the chain; none is the handshake.</param>
internal sealed record P3000Line(int? Machine, IReadOnlyList<P3000Command> Commands)
{
    /// <summary>Null when there is no <c>#</c>. What stands in front of it is noise.</summary>
    public static P3000Line? Read(string text)
    {
        var start = text.IndexOf('#', StringComparison.Ordinal);
        if (start < 0) return null;
        var body = text[(start + 1)..];
        int? machine = null;
        var at = body.IndexOf('@', StringComparison.Ordinal);
        if (at > 0 && TryNumber(body[..at], out var number))
        {
            machine = number;
            body = body[(at + 1)..];
        }

        return new(machine, body.Trim(' ').Length == 0 ? [] : [.. body.Split('|').Select(P3000Command.Read)]);
    }

    public static bool TryNumber(string text, out int number)
    {
        number = 0;
        return text.Length is >= 1 and <= 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
