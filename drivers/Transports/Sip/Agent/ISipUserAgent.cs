namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What drivers and probes know of SIP: the seam at which another stack could stand.</summary>
/// <remarks>
/// Methods return at once or await network time; observers are called one at a time, on the stack's own loop, and must not wait.
/// </remarks>
public interface ISipUserAgent : IAsyncDisposable
{
    SipCounters Counters { get; }

    /// <summary>Is somebody there? Any final answer proves it (RFC 3261 §11).</summary>
    Task<SipAnswer> OptionsAsync(SipAsk ask, CancellationToken cancellation);

    /// <summary>One question whose answer comes on the loop, in order with everything else that observers are told.</summary>
    void Ask(SipAsk ask, SipQuestion question, Action<SipAnswer> answered);

    /// <summary>Delivers a text outside of a call (RFC 3428).</summary>
    /// <param name="text">At most 1000 octets of UTF-8, so that the request fits a datagram.</param>
    Task<SipAnswer> MessageAsync(SipAsk ask, string text, CancellationToken cancellation);

    /// <summary>A NOTIFY that nobody subscribed to, as endpoints take it for "check-sync;reboot=true".</summary>
    Task<SipAnswer> NotifyAsync(SipAsk ask, string eventPackage, CancellationToken cancellation);

    /// <summary>Registers, and keeps the registration until the object is disposed.</summary>
    ISipRegistration Register(SipRegistrationPlan plan, ISipRegistrationObserver observer);

    /// <summary>Starts a call; what becomes of it is told to the observer.</summary>
    ISipCall Call(SipCallPlan plan, ISipCallObserver observer);

    /// <summary>Brings two others together; what becomes of it is told to the observer.</summary>
    ISipJoin Join(SipJoinPlan plan, ISipJoinObserver observer);

    /// <summary>Subscribes, and keeps the subscription until the object is disposed or the notifier ends it for good.</summary>
    ISipSubscription Subscribe(SipSubscriptionPlan plan, ISipSubscriptionObserver observer);

    /// <summary>
    /// Asks a device to call somebody else (REFER outside of a call, RFC 3515); NOTIFYs with its progress come to the observer.
    /// </summary>
    ISipSubscription Refer(SipAsk ask, SipUri referTo, ISipSubscriptionObserver observer);

    /// <summary>Who is asked about requests from outside. Null: calls are busy, texts and notices are refused.</summary>
    ISipIncoming? Incoming { get; set; }
}

/// <summary>Who we are in a request, and the way it takes.</summary>
public sealed record SipIdentity(SipUri Address)
{
    /// <summary>Any text.</summary>
    public string? DisplayName { get; init; }

    public SipCredentials? Credentials { get; init; }

    /// <summary>Every request outside of a dialog goes there first.</summary>
    public SipUri? OutboundProxy { get; init; }
}

/// <summary>One request outside of a dialog.</summary>
/// <param name="Within">When the answer has to be there; at most 32 s of transaction time make sense.</param>
public sealed record SipAsk(SipIdentity Identity, SipUri Target, TimeSpan Within);

/// <summary>What is asked outside of a dialog.</summary>
/// <param name="Notice">Null asks for the capabilities (OPTIONS); else the event package of an unasked NOTIFY.</param>
public sealed record SipQuestion(string? Notice = null);

/// <summary>What came back.</summary>
/// <param name="Status">0 when nothing did; then <see cref="Failure"/> says why.</param>
/// <param name="Reason">The peer's words, or ours.</param>
public sealed record SipAnswer(int Status, string Reason, SipFailure Failure)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Somebody answered, whatever it was.</summary>
    public bool IsAlive => Status != 0;

    /// <summary>Server or User-Agent of the peer: a change means another firmware.</summary>
    public string? Product { get; init; }

    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Where a 3xx points to.</summary>
    public SipUri? Contact { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>From the first sending to this answer.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The account's password was refused, now or earlier, and is not sent any more.</summary>
    public bool IsPasswordRefused { get; init; }
}

/// <summary>Asked and told about what comes from outside. Called on the loop.</summary>
public interface ISipIncoming
{
    /// <summary>
    /// Somebody calls. Null refuses with 486; else answer with <see cref="ISipCall.RingAsync"/>, AcceptAsync or RejectAsync.
    /// </summary>
    ISipCallObserver? Called(ISipCall call);

    /// <summary>A text outside of a call. False refuses it (405).</summary>
    bool MessageReceived(SipAddress from, string text);

    /// <summary>A NOTIFY without subscription. False refuses it (481).</summary>
    bool Notified(SipAddress from, string eventPackage, string body);
}

/// <summary>State of a call.</summary>
public enum SipCallState
{
    Calling,

    /// <summary>The other side rings, or we are rung.</summary>
    Ringing,
    Connected,

    /// <summary>Hung up here; the peer has not confirmed it. At most 32 s.</summary>
    Ending,
    Ended,
}

/// <summary>Why a call ended.</summary>
public enum SipCallEnd
{
    None,
    HungUpHere,
    HungUpThere,

    /// <summary>The peer's final answer was no; its status says which no.</summary>
    Refused,

    /// <summary>Nobody answered in the time of the plan, or the caller gave up.</summary>
    NotAnswered,
    RejectedHere,
    Unreachable,

    /// <summary>No ACK within 32 s.</summary>
    NotAcknowledged,

    /// <summary>Both sides have no codec in common.</summary>
    NoCommonMedia,

    /// <summary>The session timer ran out, or the peer no longer knows the call: its BYE was lost.</summary>
    Vanished,
    PasswordRefused,
    Stopped,
}

/// <summary>A call as it stands; replaced, never changed.</summary>
/// <param name="Status">The last response that counts: of INVITE, or 0.</param>
public sealed record SipCallStatus(SipCallState State, SipCallEnd End, int Status, string Reason)
{
    public bool IsHeld { get; init; }

    public bool IsHeldByPeer { get; init; }

    public SipMediaAgreement? Media { get; init; }
}

/// <summary>How to call.</summary>
public sealed record SipCallPlan(SipIdentity Identity, SipUri Target, SipMediaPlan Media)
{
    /// <summary>How long it may ring.</summary>
    public TimeSpan RingFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>A call that lasts longer is hung up; null: no limit.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>
    /// Interval of the session timer (RFC 4028) that we ask for; null: none. It is how a lost BYE is noticed on a quiet line.
    /// </summary>
    public TimeSpan? SessionInterval { get; init; } = TimeSpan.FromMinutes(30);

    public string? Subject { get; init; }
}

/// <summary>A call, ours or theirs.</summary>
public interface ISipCall
{
    string CallId { get; }

    bool IsIncoming { get; }

    /// <summary>The other party, as From (incoming) or To says.</summary>
    SipAddress Remote { get; }

    /// <summary>Whom an incoming call is for.</summary>
    SipUri Target { get; }

    SipCallStatus Status { get; }

    /// <summary>Completes once, with the last status.</summary>
    Task<SipCallStatus> Ended { get; }

    Task RingAsync();

    Task AcceptAsync(SipMediaPlan media);

    /// <param name="status">A refusal, 400 to 699.</param>
    Task RejectAsync(int status);

    /// <summary>Ends the call in whatever state it is: CANCEL, BYE or a refusal. Completes when it has ended, at most 32 s later.</summary>
    Task HangUpAsync();

    Task<SipAnswer> HoldAsync();

    Task<SipAnswer> ResumeAsync();

    Task<SipAnswer> InfoAsync(string contentType, ReadOnlyMemory<byte> body);

    /// <summary>Sends the peer to another target; what becomes of it comes to <see cref="ISipCallObserver.ReferProgressed"/>.</summary>
    Task<SipAnswer> ReferAsync(SipUri target);
}

/// <summary>Told about one call. Called on the loop.</summary>
public interface ISipCallObserver
{
    void Changed(ISipCall call, SipCallStatus status);

    /// <summary>INFO or MESSAGE within the call.</summary>
    void Received(ISipCall call, string method, string? contentType, ReadOnlyMemory<byte> body);

    /// <summary>The peer wants us to call somebody else. Return true to accept, and report through <paramref name="referral"/>.</summary>
    bool ReferRequested(ISipCall call, SipUri target, ISipReferral referral);

    /// <summary>A step of the call that we asked the peer to make; a final status is the last one.</summary>
    void ReferProgressed(ISipCall call, int status);
}

/// <summary>Reports to the peer that asked us to call somebody.</summary>
public interface ISipReferral
{
    /// <param name="status">100 to 199 while it goes on; a final one ends the report.</param>
    Task ReportAsync(int status);
}

/// <summary>Where a registration is kept.</summary>
public sealed record SipRegistrationPlan(SipIdentity Identity, SipUri Registrar)
{
    public TimeSpan Expires { get; init; } = TimeSpan.FromHours(1);
}

public enum SipRegistrationState
{
    Registering,
    Registered,

    /// <summary>It failed and is tried again later.</summary>
    BackingOff,

    /// <summary>The password or the account was refused: nothing more is sent.</summary>
    Rejected,
    Unregistered,
}

/// <param name="Until">When the registrar forgets us; null when it does not know us.</param>
/// <param name="Next">When we act again.</param>
public sealed record SipRegistrationStatus(SipRegistrationState State, SipAnswer? Last, DateTimeOffset? Until, DateTimeOffset? Next);

/// <summary>Told on the loop.</summary>
public interface ISipRegistrationObserver
{
    void Changed(SipRegistrationStatus status);
}

/// <summary>Disposing takes our contact off the registrar.</summary>
public interface ISipRegistration : IAsyncDisposable
{
    SipRegistrationStatus Status { get; }

    /// <summary>Registers anew at once, for example after the network came back.</summary>
    void Refresh();
}

/// <summary>What to be told about.</summary>
/// <param name="Event">"dialog" (RFC 4235), "reg" (RFC 3680), …</param>
/// <param name="Accept">The media type of its bodies.</param>
public sealed record SipSubscriptionPlan(SipIdentity Identity, SipUri Target, string Event, string Accept)
{
    public TimeSpan Expires { get; init; } = TimeSpan.FromHours(1);
}

public enum SipSubscriptionState
{
    Subscribing,
    Pending,
    Active,
    BackingOff,

    /// <summary>Ended for good: the notifier refused it, or we ended it.</summary>
    Terminated,
}

/// <param name="Reason">The notifier's reason code, the status of a refusal, or ours.</param>
public sealed record SipSubscriptionStatus(SipSubscriptionState State, string Reason);

/// <summary>Told on the loop.</summary>
public interface ISipSubscriptionObserver
{
    void Changed(SipSubscriptionStatus status);

    void Notified(string? contentType, ReadOnlyMemory<byte> body);
}

/// <summary>Disposing unsubscribes.</summary>
public interface ISipSubscription : IAsyncDisposable
{
    SipSubscriptionStatus Status { get; }
}
