using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>State of a call at another device (RFC 4235 §3.7.1).</summary>
public enum WatchedCallState
{
    Trying,
    Proceeding,
    Early,
    Confirmed,
    Terminated,
}

/// <summary>One call that a notifier tells of.</summary>
/// <param name="Id">The notifier's own name for it.</param>
/// <param name="IsInitiator">The watched device called; null when not said.</param>
/// <param name="Event">Why it ended: cancelled, rejected, local-bye, remote-bye, error, timeout, replaced; null while it lasts.</param>
public sealed record WatchedCall(string Id, WatchedCallState State, bool? IsInitiator, string? Event, int? Code)
{
    public string? CallId { get; init; }

    public string? RemoteIdentity { get; init; }

    public string? RemoteTarget { get; init; }

    public TimeSpan? Duration { get; init; }
}

/// <summary>A document of application/dialog-info+xml (RFC 4235).</summary>
public sealed record DialogInfo(uint Version, bool IsFull, string Entity, IReadOnlyList<WatchedCall> Calls)
{
    public const string MediaType = "application/dialog-info+xml";

    private const string Namespace = "urn:ietf:params:xml:ns:dialog-info";
    private const int MaxCalls = 256;

    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out DialogInfo? info)
    {
        info = null;
        DialogInfo? root = null;
        var calls = new List<WatchedCall>();
        var inRemote = false;
        var whole = SafeXml.TryWalk(
            body,
            reader =>
            {
                if (reader.NamespaceURI != Namespace) return root is not null;
                if (root is null) return TryRoot(reader, out root);
                if (reader.LocalName == "dialog") return calls.Count < MaxCalls && TryCall(reader, calls);
                if (reader.LocalName == "remote") inRemote = true;
                return calls.Count == 0 || TryDetail(reader, calls, inRemote);
            },
            name => inRemote &= name != "remote");
        if (!whole || root is null) return false;
        info = root with { Calls = calls };
        return true;
    }

    private static bool TryRoot(XmlReader reader, [NotNullWhen(true)] out DialogInfo? root)
    {
        root = null;
        if (reader.LocalName != "dialog-info" || reader.GetAttribute("entity") is not { } entity) return false;
        if (!uint.TryParse(reader.GetAttribute("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;
        if (reader.GetAttribute("state") is not ("full" or "partial")) return false;
        root = new(version, reader.GetAttribute("state") == "full", entity, []);
        return true;
    }

    private static bool TryCall(XmlReader reader, List<WatchedCall> calls)
    {
        if (reader.GetAttribute("id") is not { Length: > 0 } id) return false;
        bool? initiator = reader.GetAttribute("direction") switch { "initiator" => true, "recipient" => false, _ => null };
        calls.Add(new(id, WatchedCallState.Trying, initiator, null, null) { CallId = reader.GetAttribute("call-id") });
        return true;
    }

    private static bool TryDetail(XmlReader reader, List<WatchedCall> calls, bool inRemote)
    {
        var call = calls[^1];
        switch (reader.LocalName)
        {
            case "state":
                int? code = int.TryParse(reader.GetAttribute("code"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : null;
                var cause = reader.GetAttribute("event");
                if (!TryState(SafeXml.Text(reader), out var state)) return false;
                call = call with { State = state, Event = cause, Code = code };
                break;
            case "duration":
                if (uint.TryParse(SafeXml.Text(reader), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                    call = call with { Duration = TimeSpan.FromSeconds(seconds) };
                break;
            case "identity" when inRemote:
                call = call with { RemoteIdentity = SafeXml.Text(reader) };
                break;
            case "target" when inRemote:
                call = call with { RemoteTarget = reader.GetAttribute("uri") };
                break;
        }

        calls[^1] = call;
        return true;
    }

    private static bool TryState(string word, out WatchedCallState state)
    {
        (var known, state) = word switch
        {
            "trying" => (true, WatchedCallState.Trying),
            "proceeding" => (true, WatchedCallState.Proceeding),
            "early" => (true, WatchedCallState.Early),
            "confirmed" => (true, WatchedCallState.Confirmed),
            "terminated" => (true, WatchedCallState.Terminated),
            _ => (false, default),
        };
        return known;
    }
}
