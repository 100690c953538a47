using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Owns requests that belong to one dialog or one call.</summary>
internal interface IDialogOwner
{
    void Requested(ServerTransaction transaction);

    void Acknowledged(SipRequest ack);

    void Strayed(SipResponse response, SipSource source);

    void Cancelled(InviteServerTransaction invite);

    /// <summary>The stack stops.</summary>
    void Stopped();
}

/// <summary>
/// What calls, subscriptions and registrations stand on: sends requests, knows the dialogs, and hands in what belongs to them.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither timer nor wait handle; it is cancelled once, at the end.")]
internal sealed partial class SipCore : IRequestUser
{
    /// <summary>RFC 3261 §8.1.1.6.</summary>
    private const string Hops = "70";

    private readonly Dictionary<string, IDialogOwner> _owners = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SipStackOptions _options;
    private readonly ILogger _log;

    public SipCore(SipLoop loop, SipTransactions layer, SipStackOptions options, ILogger log)
    {
        (Loop, Layer, _options, _log) = (loop, layer, options, log);
        Resolver = new(loop);
        layer.User = this;
    }

    public SipLoop Loop { get; }

    public SipTransactions Layer { get; }

    public SipResolver Resolver { get; }

    public TimeProvider Time => Loop.Timers.Time;

    public SipTimers Timers => Loop.Timers;

    public SipTimerValues Values => Layer.Values;

    public ISipIncoming? Incoming { get; set; }

    public int Dialogs => _owners.Count;

    /// <summary>Nothing new is begun.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Completes when nothing will be answered any more.</summary>
    public Task Stopped => _stopped.Task;

    public bool HasRoom => _owners.Count < _options.Dialogs;

    /// <summary>A request outside of a dialog, complete but for Via and Contact.</summary>
    public static SipRequest Request(string method, SipIdentity identity, SipUri target, SipAddress to, string callId, string localTag,
        uint sequence)
    {
        var request = new SipRequest(method, target);
        var display = identity.DisplayName is { } name ? SipGrammar.Octets(name) : null;
        request.Headers.Add(SipHeaders.From, new SipAddress(display, identity.Address,
            SipParameters.None.With("tag", localTag)).ToString());
        request.Headers.Add(SipHeaders.To, to.ToString());
        request.Headers.Add(SipHeaders.CallId, callId);
        request.Headers.Add(SipHeaders.CSeq, new SipSequence(sequence, method).ToString());
        request.Headers.Add(SipHeaders.MaxForwards, Hops);
        if (identity.OutboundProxy is { } proxy)
        {
            var loose = proxy.IsLooseRouter ? proxy : proxy with { Parameters = proxy.Parameters.With("lr", null) };
            request.Headers.Add(SipHeaders.Route, new SipAddress(loose).ToString());
        }

        return request;
    }

    /// <summary>
    /// §8.1.2: the first Route if it is a loose router, else the Request-URI (which then is a strict one, or the target).
    /// </summary>
    public static SipUri NextHop(SipRequest request) =>
        request.Headers.Addresses(SipHeaders.Route) is [var route, ..] && route.Uri.IsLooseRouter ? route.Uri : request.Uri!;

    /// <summary>Adds what depends on the way: Contact of the requests that need one, and our product name.</summary>
    public void Complete(SipRequest request, SipPeer peer)
    {
        if (!Layer.Routes.Has(peer.Protocol)) return;
        var needsContact = request.Method
            is SipMethods.Invite or SipMethods.Subscribe or SipMethods.Refer or SipMethods.Update or SipMethods.Notify;
        if (needsContact && request.Headers[SipHeaders.Contact] is null)
        {
            request.Headers.Add(SipHeaders.Contact, new SipAddress(Layer.Routes.Contact(peer, request.From?.Uri.User)).ToString());
        }

        if (request.Headers[SipHeaders.UserAgent] is null) request.Headers.Add(SipHeaders.UserAgent, _options.UserAgent);
    }

    /// <summary>The Contact that a response carries to this peer.</summary>
    public string ContactFor(SipPeer peer, string? user) => new SipAddress(Layer.Routes.Contact(peer, user)).ToString();

    public string Product => _options.UserAgent;

    public void Own(string callId, string localTag, IDialogOwner owner) => _owners[KeyOf(callId, localTag)] = owner;

    public void Disown(string callId, string localTag, IDialogOwner owner)
    {
        var key = KeyOf(callId, localTag);
        if (_owners.TryGetValue(key, out var known) && known == owner) _owners.Remove(key);
    }

    public void PasswordRefused(SipUri account, string realm) => SipLog.PasswordRefused(_log, account, realm);

    public void StopAll()
    {
        _stopping.Cancel();
        foreach (var owner in _owners.Values.ToArray()) owner.Stopped();
        Layer.FailAll();
        _stopped.TrySetResult();
    }

    void IRequestUser.Acknowledged(SipRequest ack)
    {
        if (ack.To!.Tag is { } tag && _owners.TryGetValue(KeyOf(ack.CallId, tag), out var owner)) owner.Acknowledged(ack);
    }

    void IRequestUser.Cancelled(InviteServerTransaction invite)
    {
        if (_owners.TryGetValue(KeyOf(invite.Request.CallId, invite.LocalTag), out var owner)) owner.Cancelled(invite);
        else invite.Answer(487);
    }

    void IRequestUser.Strayed(SipResponse response, SipSource source)
    {
        if (response.From!.Tag is { } tag && _owners.TryGetValue(KeyOf(response.CallId, tag), out var owner))
            owner.Strayed(response, source);
    }

    private static string KeyOf(string callId, string localTag) => callId + "|" + localTag;
}
