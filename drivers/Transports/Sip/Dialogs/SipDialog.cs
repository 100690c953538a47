namespace AvGateway.Drivers.Transports.Sip;

/// <summary>A dialog (RFC 3261 §12): both tags, both counts, the way and the target.</summary>
internal sealed class SipDialog
{
    private uint? _remoteSequence;

    private SipDialog(string callId, SipAddress local, SipAddress remote, SipUri target, IReadOnlyList<SipAddress> route,
        uint localSequence)
    {
        (CallId, Local, Remote, Target, Route, LocalSequence) = (callId, local, remote, target, route, localSequence);
    }

    public string CallId { get; }

    public SipAddress Local { get; }

    public SipAddress Remote { get; }

    public SipUri Target { get; private set; }

    public IReadOnlyList<SipAddress> Route { get; }

    public uint LocalSequence { get; private set; }

    public string RemoteTag => Remote.Tag ?? "";

    /// <summary>The one who was asked, from the request that asked for the dialog.</summary>
    public static SipDialog OfServer(SipRequest request, string localTag) =>
        new(request.CallId, request.To!.Tag is null
            ? request.To.WithTag(localTag)
            : request.To, request.From!, TargetOf(request, request.From!.Uri),
            request.Headers.Addresses(SipHeaders.RecordRoute), 0)
        {
            _remoteSequence = request.Sequence!.Value.Number,
        };

    /// <summary>The one who asked, from the response that made the dialog; Record-Route then reads from the far end.</summary>
    public static SipDialog OfClient(SipRequest request, SipResponse response) =>
        new(request.CallId, request.From!, response.To!, TargetOf(response, request.Uri!),
            [.. response.Headers.Addresses(SipHeaders.RecordRoute).Reverse()],
            request.Sequence!.Value.Number);

    /// <summary>RFC 6665 §4.4.1: the subscriber's dialog is made by the first NOTIFY.</summary>
    public static SipDialog OfNotify(SipRequest subscribe, SipRequest notify) =>
        new(subscribe.CallId, subscribe.From!, notify.From!, TargetOf(notify, notify.From!.Uri),
            notify.Headers.Addresses(SipHeaders.RecordRoute),
            subscribe.Sequence!.Value.Number);

    public uint NextSequence() => ++LocalSequence;

    /// <summary>§12.2.1.1. A strict router (no lr) takes the place of the target.</summary>
    public SipRequest Request(string method, uint? sequence = null)
    {
        var strict = Route.Count > 0 && !Route[0].Uri.IsLooseRouter;
        var request = new SipRequest(method, strict ? Route[0].Uri : Target);
        request.Headers.Add(SipHeaders.From, Local.ToString());
        request.Headers.Add(SipHeaders.To, Remote.ToString());
        request.Headers.Add(SipHeaders.CallId, CallId);
        request.Headers.Add(SipHeaders.CSeq, new SipSequence(sequence ?? NextSequence(), method).ToString());
        request.Headers.Add(SipHeaders.MaxForwards, "70");
        foreach (var hop in strict ? [.. Route.Skip(1), new SipAddress(Target)] : Route)
            request.Headers.Add(SipHeaders.Route, hop.ToString());
        return request;
    }

    /// <summary>§12.2.2: a number that is not larger than the last one is out of order.</summary>
    public bool Takes(SipRequest request)
    {
        var number = request.Sequence!.Value.Number;
        if (_remoteSequence is { } last && number <= last) return false;
        _remoteSequence = number;
        return true;
    }

    /// <summary>A target refresh: INVITE, UPDATE, SUBSCRIBE and NOTIFY move the far end.</summary>
    public void Refresh(SipMessage message) => Target = TargetOf(message, Target);

    private static SipUri TargetOf(SipMessage message, SipUri otherwise) =>
        message.Headers.Addresses(SipHeaders.Contact) is [var contact, ..] && contact.Uri.IsSip ? contact.Uri : otherwise;
}
