namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Told about an exchange, on the loop.</summary>
internal interface IExchangeUser
{
    void Provisional(SipExchange exchange, SipResponse response);

    /// <summary>May come again for an INVITE: a repeated or a forked 2xx.</summary>
    void Final(SipExchange exchange, SipResponse response);

    void Failed(SipExchange exchange, SipFailure failure);
}

/// <summary>A request with all that it takes to be answered: finding the peer, and answering challenges.</summary>
internal sealed class SipExchange(SipCore core, SipIdentity identity, SipRequest request, Func<uint> nextSequence,
    IExchangeUser user) : IClientTransactionUser
{
    private const int MaxChallenges = 4;

    private readonly long _began = core.Time.GetTimestamp();
    private readonly HashSet<string> _answered = [];
    private int _challenges;
    private bool _over;

    /// <summary>The request as it was sent last.</summary>
    public SipRequest Request { get; private set; } = request;

    public SipPeer Peer { get; private set; }

    /// <summary>Where to send when the next hop has no address: the way that worked before.</summary>
    public SipPeer? Otherwise { get; init; }

    public ClientTransaction? Transaction { get; private set; }

    public TimeSpan Elapsed => core.Time.GetElapsedTime(_began);

    public bool IsPasswordRefused { get; private set; }

    public void Start()
    {
        core.Resolver.Resolve(SipCore.NextHop(Request), peer =>
        {
            if (_over) return;
            if ((peer ?? Otherwise) is { } chosen) StartTo(chosen);
            else Fail(SipFailure.NoAddress);
        });
    }

    public void StartTo(SipPeer peer)
    {
        Peer = peer;
        core.Complete(Request, peer);
        Transaction = core.Layer.Start(Request, peer, this, out var failure);
        if (Transaction is null) Fail(failure);
    }

    /// <summary>Gives the exchange up without a word to anyone.</summary>
    public void Abandon()
    {
        _over = true;
        Transaction?.Abandon();
    }

    public SipAnswer AnswerOf(SipResponse response) => new(response.Status, SipGrammar.Shown(response.Reason), SipFailure.None)
    {
        Product = (response.Headers[SipHeaders.Server] ?? response.Headers[SipHeaders.UserAgent]) is { } product
            ? SipGrammar.Shown(product)
            : null,
        Allow = response.Headers.Values(SipHeaders.Allow),
        Contact = response.Status is >= 300 and < 400 && response.Headers.Addresses(SipHeaders.Contact) is [var contact, ..]
            ? contact.Uri
            : null,
        RetryAfter = response.Seconds(SipHeaders.RetryAfter),
        Elapsed = Elapsed,
        IsPasswordRefused = IsPasswordRefused,
    };

    public SipAnswer AnswerOf(SipFailure failure) => new(0, failure.ToString(), failure) { Elapsed = Elapsed };

    void IClientTransactionUser.Answered(ClientTransaction transaction, SipResponse response)
    {
        if (_over || transaction != Transaction) return;
        if (response.IsProvisional) user.Provisional(this, response);
        else if (response.Status is not (401 or 407) || !TryAgain(response)) user.Final(this, response);
    }

    void IClientTransactionUser.Failed(ClientTransaction transaction, SipFailure failure)
    {
        if (transaction == Transaction) Fail(failure);
    }

    private void Fail(SipFailure failure)
    {
        if (_over) return;
        _over = true;
        user.Failed(this, failure);
    }

    /// <summary>
    /// Answers a challenge once for each realm. A second one that does not say "stale" means that the password is wrong: trying on
    /// would lock the account.
    /// </summary>
    private bool TryAgain(SipResponse response)
    {
        if (identity.Credentials is not { } credentials || DigestChallenge.Strongest(response, credentials.AllowsMd5) is not { } challenge)
            return false;
        if (credentials.IsRefusedBy(challenge.Realm))
        {
            IsPasswordRefused = true;
            return false;
        }

        if (_answered.Contains(challenge.Realm) && !challenge.IsStale)
        {
            IsPasswordRefused = true;
            credentials.RefusedBy(challenge.Realm);
            core.PasswordRefused(identity.Address, challenge.Realm);
            return false;
        }

        if (++_challenges > MaxChallenges) return false;
        _answered.Add(challenge.Realm);
        var field = credentials.Answer(challenge, Request.Method, Request.Uri!.ToString());
        if (field is null) return false;
        Request = Again(response.Status == 407 ? SipHeaders.ProxyAuthorization : SipHeaders.Authorization, challenge.Realm, field);
        StartTo(Peer);
        return true;
    }

    /// <summary>The same request with the next number (RFC 3261 §22.2) and without Via; fields for other realms stay.</summary>
    private SipRequest Again(string name, string realm, string field)
    {
        var again = new SipRequest(Request.Method, Request.Uri) { Body = Request.Body };
        foreach (var (key, value) in Request.Headers)
        {
            if (key is SipHeaders.Via or SipHeaders.CSeq) continue;
            if (key == name && value.Contains("realm=" + SipGrammar.Quote(realm), StringComparison.Ordinal)) continue;
            again.Headers.AddParsed(key, value);
        }

        again.Headers.Add(SipHeaders.CSeq, new SipSequence(nextSequence(), Request.Method).ToString());
        again.Headers.Add(name, field);
        return again;
    }
}

/// <summary>For exchanges with one end.</summary>
internal sealed class ExchangeEnd(Action<SipAnswer> done) : IExchangeUser
{
    public void Provisional(SipExchange exchange, SipResponse response)
    {
    }

    public void Final(SipExchange exchange, SipResponse response) => done(exchange.AnswerOf(response));

    public void Failed(SipExchange exchange, SipFailure failure) => done(exchange.AnswerOf(failure));
}
