namespace AvGateway.Drivers.Conformance;

/// <summary>The table of drivers and their grades in a document: one row for each card, between the head and the first line that is no row. A row of a driver without a card stays.</summary>
public static class GradeTable
{
    public const string Head = "| driver | class | links | grade | on hardware |";

    /// <summary>The document with the table that these cards make.</summary>
    /// <exception cref="InvalidDataException">The document has no such table.</exception>
    public static string Write(string document, IEnumerable<GradeCard> cards)
    {
        var lines = document.Split('\n').ToList();
        var head = lines.IndexOf(Head);
        if (head < 0 || head + 1 >= lines.Count) throw new InvalidDataException($"the document has no table that begins with \"{Head}\"");
        var first = head + 2;
        var end = first;
        while (end < lines.Count && lines[end].StartsWith('|')) end++;
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in lines[first..end]) rows[row.Split('`') is [_, var name, ..] ? name : row] = row;
        foreach (var card in cards) rows[card.Plan.Manifest.Name] = card.Row();
        lines.RemoveRange(first, end - first);
        lines.InsertRange(first, rows.Values);
        return string.Join('\n', lines);
    }

    internal static string LinkWord(LinkKind kind) => kind.Scheme switch
    {
        "tcp" => "TCP",
        "serial" => "RS-232",
        "udp" => "UDP",
        "ssh" => "SSH",
        "ws" or "wss" => "WebSocket",
        "http" => "HTTP",
        "https" => "HTTPS",
        "sip" => "SIP",
        "snmp" => "SNMP v2c, v3",
        "modbus+tcp" => "Modbus TCP",
        "modbus+serial" => "RTU",
        "wake" => "wake (UDP and SSH)",
        var other => other,
    };
}
