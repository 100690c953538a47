namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Makes responses from requests (RFC 3261 §8.2.6).</summary>
internal static class SipReply
{
    private static readonly Dictionary<int, string> Reasons = new()
    {
        [100] = "Trying",
        [180] = "Ringing",
        [183] = "Session Progress",
        [200] = "OK",
        [202] = "Accepted",
        [400] = "Bad Request",
        [403] = "Forbidden",
        [404] = "Not Found",
        [405] = "Method Not Allowed",
        [406] = "Not Acceptable",
        [408] = "Request Timeout",
        [414] = "Request-URI Too Long",
        [415] = "Unsupported Media Type",
        [416] = "Unsupported URI Scheme",
        [420] = "Bad Extension",
        [422] = "Session Interval Too Small",
        [480] = "Temporarily Unavailable",
        [481] = "Call/Transaction Does Not Exist",
        [482] = "Loop Detected",
        [483] = "Too Many Hops",
        [486] = "Busy Here",
        [487] = "Request Terminated",
        [488] = "Not Acceptable Here",
        [489] = "Bad Event",
        [491] = "Request Pending",
        [500] = "Server Internal Error",
        [501] = "Not Implemented",
        [503] = "Service Unavailable",
        [505] = "Version Not Supported",
        [513] = "Message Too Large",
        [603] = "Decline",
    };

    public static string ReasonOf(int status) => Reasons.GetValueOrDefault(status, "Refused");

    /// <summary>Via, From, To, Call-ID, CSeq and Record-Route of the request; To gets a tag unless the status is 100.</summary>
    public static SipResponse To(SipRequest request, int status, string localTag)
    {
        var response = new SipResponse(status, ReasonOf(status));
        foreach (var (name, value) in request.Headers)
        {
            // A request that was refused for a repeated field gets the first of them back, as in its transaction's key.
            if (name is SipHeaders.Via or SipHeaders.RecordRoute || (IsEchoedOnce(name) && response.Headers[name] is null))
                response.Headers.AddParsed(name, value);
        }

        if (status > 100 && request.To is { Tag: null } to) response.SetTo(to.WithTag(localTag));
        return response;
    }

    private static bool IsEchoedOnce(string name) => name is SipHeaders.From or SipHeaders.To or SipHeaders.CallId or SipHeaders.CSeq;
}
