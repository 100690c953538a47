namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Header field names in the spelling that goes out.</summary>
public static class SipHeaders
{
    public const string Accept = "Accept";
    public const string Allow = "Allow";
    public const string AllowEvents = "Allow-Events";
    public const string Authorization = "Authorization";
    public const string CallId = "Call-ID";
    public const string Contact = "Contact";
    public const string ContentEncoding = "Content-Encoding";
    public const string ContentLength = "Content-Length";
    public const string ContentType = "Content-Type";
    public const string CSeq = "CSeq";
    public const string Date = "Date";
    public const string Event = "Event";
    public const string Expires = "Expires";
    public const string From = "From";
    public const string MaxForwards = "Max-Forwards";
    public const string MinExpires = "Min-Expires";
    public const string MinSe = "Min-SE";
    public const string ProxyAuthenticate = "Proxy-Authenticate";
    public const string ProxyAuthorization = "Proxy-Authorization";
    public const string ProxyRequire = "Proxy-Require";
    public const string Reason = "Reason";
    public const string RecordRoute = "Record-Route";
    public const string ReferTo = "Refer-To";
    public const string ReferredBy = "Referred-By";
    public const string Require = "Require";
    public const string RetryAfter = "Retry-After";
    public const string Route = "Route";
    public const string Server = "Server";
    public const string SessionExpires = "Session-Expires";
    public const string Subject = "Subject";
    public const string SubscriptionState = "Subscription-State";
    public const string Supported = "Supported";
    public const string To = "To";
    public const string Unsupported = "Unsupported";
    public const string UserAgent = "User-Agent";
    public const string Via = "Via";
    public const string Warning = "Warning";
    public const string WwwAuthenticate = "WWW-Authenticate";

    private static readonly Dictionary<string, string> Names = Spellings();
    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The outgoing spelling of a known name or compact form; an unknown name stays as it was written.</summary>
    internal static string Canonical(ReadOnlySpan<char> name) => ByName.TryGetValue(name, out var known) ? known : name.ToString();

    private static Dictionary<string, string> Spellings()
    {
        string[] all =
        [
            Accept, Allow, AllowEvents, Authorization, CallId, Contact, ContentEncoding, ContentLength, ContentType, CSeq, Date, Event,
                Expires,
            From, MaxForwards, MinExpires, MinSe, ProxyAuthenticate, ProxyAuthorization, ProxyRequire, Reason, RecordRoute, ReferTo,
                ReferredBy,
            Require, RetryAfter, Route, Server, SessionExpires, Subject, SubscriptionState, Supported, To, Unsupported, UserAgent, Via,
                Warning,
            WwwAuthenticate,
        ];
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in all) names.Add(name, name);

        // RFC 3261 §7.3.3 and the registry of compact forms that came later (RFC 3515, 3892, 4028, 6665).
        (string Short, string Long)[] compact =
        [
            ("v", Via), ("f", From), ("t", To), ("i", CallId), ("m", Contact), ("l", ContentLength), ("c", ContentType), ("s", Subject),
            ("k", Supported), ("e", ContentEncoding), ("o", Event), ("u", AllowEvents), ("r", ReferTo), ("b", ReferredBy),
                ("x", SessionExpires),
        ];
        foreach (var (form, name) in compact) names.Add(form, name);
        return names;
    }
}
