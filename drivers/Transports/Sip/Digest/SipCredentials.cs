using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// User name and password of an account. Once a realm has refused them they are not sent to it again: a locked account is worse than
/// a refused call.
/// </summary>
/// <remarks>To try again after the password was changed, make a new object. Used from the loop, except for construction.</remarks>
public sealed class SipCredentials(string user, Secret password)
{
    private const int Realms = 16;

    private readonly Dictionary<string, Known> _known = [];

    public string User { get; } = user;

    /// <summary>False: a server that offers MD5 alone gets no answer.</summary>
    public bool AllowsMd5 { get; init; } = true;

    /// <summary>The last challenge that was answered used MD5: worth a line in the inventory.</summary>
    public bool WasWeak { get; private set; }

    internal bool IsRefusedBy(string realm) => _known.TryGetValue(realm, out var known) && known.IsRefused;

    internal void RefusedBy(string realm)
    {
        if (_known.TryGetValue(realm, out var known)) known.IsRefused = true;
    }

    /// <summary>Answers a challenge; the count goes up with each use of the same nonce.</summary>
    internal string? Answer(DigestChallenge challenge, string method, string uri)
    {
        if (!_known.TryGetValue(challenge.Realm, out var known))
        {
            if (_known.Count >= Realms) return null;
            _known.Add(challenge.Realm, known = new());
        }

        if (known.IsRefused) return null;
        if (known.Nonce != challenge.Nonce)
        {
            known.Nonce = challenge.Nonce;
            known.Count = 0;
        }

        known.Count++;
        WasWeak = challenge.Hash == DigestHash.Md5;
        return DigestAnswer.Field(challenge, User, password.Reveal(), method, uri, known.Count, SipIds.Tag());
    }

    private sealed class Known
    {
        public string Nonce { get; set; } = "";

        public uint Count { get; set; }

        public bool IsRefused { get; set; }
    }
}
