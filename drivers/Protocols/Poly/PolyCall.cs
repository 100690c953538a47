using System.Globalization;
using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>A call as the device tells it.</summary>
internal sealed record PolyCall(string State, bool IsIncoming, string Name, string Number)
{
    public bool IsRinging => IsIncoming && State == CallStates.Ringing;

    /// <summary>Being set up by us: the device wants to be left alone meanwhile.</summary>
    public bool IsBeginning => !IsIncoming && State is CallStates.Dialling or CallStates.Ringing;

    public string Remote => Name.Length > 0 ? Name : Number;
}

/// <summary>Takes apart the lines about calls. Names and addresses may hold colons, and a name may be missing.</summary>
internal static class PolyCallLines
{
    public const string Info = "callinfo:";
    public const string Notification = "notification:callstatus:";

    private static readonly string[] Schemes = ["sip:", "sips:", "h323:", "tel:"];

    /// <summary><c>callinfo:ID:NAME:NUMBER:SPEED:STATUS:MUTED:DIRECTION:TYPE</c></summary>
    public static bool TryInfo(string line, out int id, out PolyCall call)
    {
        (id, call) = (0, null!);
        if (!line.StartsWith(Info, StringComparison.OrdinalIgnoreCase)) return false;
        var parts = line[Info.Length..].Split(':');
        if (parts.Length < 7 || !TryId(parts[0], out id)) return false;
        var (name, number) = SplitParty(parts[1..^5]);
        call = new(StateOf(parts[^4]), parts[^2] == "incoming", name, number);
        return true;
    }

    /// <summary><c>notification:callstatus:DIRECTION:ID:NAME:NUMBER:STATUS:SPEED:CAUSE:TYPE</c></summary>
    public static bool TryNotification(string line, out int id, out PolyCall call, out string cause)
    {
        (id, call, cause) = (0, null!, "");
        if (!line.StartsWith(Notification, StringComparison.OrdinalIgnoreCase)) return false;
        var parts = line[Notification.Length..].Split(':');
        if (parts.Length < 7 || !TryId(parts[1], out id)) return false;
        var (name, number) = SplitParty(parts[2..^4]);
        call = new(StateOf(parts[^4]), parts[0] == "incoming", name, number);
        cause = parts[^2];
        return true;
    }

    /// <summary>The number in <c>call[34]</c>.</summary>
    public static bool TryCallId(string line, out int id)
    {
        id = 0;
        return Between(line, "call[", out var text) && TryId(text, out id);
    }

    /// <summary>What stands between the mark and the next closing bracket.</summary>
    public static bool Between(string line, string mark, out string text)
    {
        text = "";
        var start = line.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
        if (start < 0) return false;
        start += mark.Length;
        var end = line.IndexOf(']', start);
        if (end < 0) return false;
        text = line[start..end];
        return true;
    }

    public static string StateOf(string status) => status.ToUpperInvariant() switch
    {
        "CONNECTED" => CallStates.Connected,
        "RINGING" => CallStates.Ringing,
        "DISCONNECTING" => CallStates.Ending,
        "DISCONNECTED" or "INACTIVE" => CallStates.Idle,
        _ => CallStates.Dialling,
    };

    private static bool TryId(string text, out int id) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    private static (string Name, string Number) SplitParty(string[] parts)
    {
        var party = string.Join(':', parts);
        foreach (var scheme in Schemes)
        {
            var at = party.IndexOf(scheme, StringComparison.OrdinalIgnoreCase);
            if (at == 0 || (at > 0 && party[at - 1] == ':')) return (Clean(party[..Math.Max(0, at - 1)]), party[at..]);
        }

        var colon = party.LastIndexOf(':');
        return colon < 0 ? ("", Clean(party)) : (Clean(party[..colon]), Clean(party[(colon + 1)..]));
    }

    // Early notifications say "null" where nothing is known.
    private static string Clean(string text) => text == "null" ? "" : text;
}
