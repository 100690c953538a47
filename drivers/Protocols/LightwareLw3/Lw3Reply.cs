namespace AvGateway.Drivers.Protocols.LightwareLw3;

/// <summary>What stands between the fences of one signature, or a line outside of any.</summary>
/// <param name="Signature">Four hex digits; empty for a line that nobody asked for.</param>
public sealed record Lw3Reply(string Signature, IReadOnlyList<string> Lines)
{
    private const string Change = "CHG ";

    /// <summary>Changes may stand inside of an answer that they have nothing to do with.</summary>
    public IEnumerable<string> Changes => Lines.Where(line => line.StartsWith(Change, StringComparison.Ordinal)).Select(line => line[Change.Length..]);

    /// <summary>The lines that answer: prefix and what follows.</summary>
    public IEnumerable<(string Prefix, string Text)> Answers => Lines.Where(line => !line.StartsWith(Change, StringComparison.Ordinal)).Select(Split);

    /// <summary>What went wrong in the device's own words, or null. The two generations of firmware number errors differently, so that nothing here rests on the number.</summary>
    public string? Error => Answers.Where(line => line.Prefix is "-E" or "nE" or "pE" or "mE" or "mF").Select(line => Words(line.Text)).FirstOrDefault();

    public override string ToString() => $"{Signature} {{{string.Join('|', Lines)}}}";

    /// <summary>Path and value of a property line.</summary>
    public static bool TryProperty(string text, out string path, out string value)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        (path, value) = equals < 0 ? ("", "") : (text[..equals].Trim(), text[(equals + 1)..]);
        return equals > 0;
    }

    private static (string Prefix, string Text) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
    }

    private static string Words(string rest)
    {
        var mark = rest.IndexOf('%', StringComparison.Ordinal);
        return mark < 0 ? rest : rest[(mark + 1)..];
    }
}
