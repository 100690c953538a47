using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Embedded;

/// <summary>What all connections of one user share.</summary>
internal sealed class UserShare(TimeProvider time)
{
    public TokenBucket Publishes { get; } = new(time);
    public int Connections { get; set; }
}

/// <summary>Who is signed in under which client id. A client id belongs to the user who holds it, as long as one connection does.</summary>
internal sealed class SessionTable(BrokerOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientSession> _byClientId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UserShare> _shares = new(StringComparer.Ordinal);

    public enum Entry { Granted, IdTaken, TooMany }

    public IReadOnlyList<ClientSession> All
    {
        get
        {
            lock (_gate) return [.. _byClientId.Values];
        }
    }

    public IReadOnlyList<ClientSession> Of(string user)
    {
        lock (_gate) return [.. _byClientId.Values.Where(s => s.User.Name == user)];
    }

    /// <summary>
    /// Lets a session in under its client id. The same user may take the id over from an older connection, which gives back
    /// the <paramref name="replaced"/> session; another user may not.
    /// </summary>
    public Entry Enter(ClientSession session, out ClientSession? replaced)
    {
        lock (_gate)
        {
            var user = session.User;
            if (_byClientId.TryGetValue(session.ClientId, out replaced) && replaced.User.Name != user.Name) return Entry.IdTaken;

            var share = Share(user.Name);
            if (replaced is null && share.Connections >= options.MaxConnectionsOf(user.Role)) return Entry.TooMany;
            if (replaced is null) share.Connections++;
            _byClientId[session.ClientId] = session;
            return Entry.Granted;
        }
    }

    public void Leave(ClientSession session)
    {
        lock (_gate)
        {
            if (!_byClientId.TryGetValue(session.ClientId, out var holder) || holder != session) return;
            _byClientId.Remove(session.ClientId);
            Share(session.User.Name).Connections--;
        }
    }

    /// <summary>Stays while the account exists, so that a flood does not start anew with each connection.</summary>
    public UserShare ShareOf(User user)
    {
        lock (_gate) return Share(user.Name);
    }

    public void Forget(string user)
    {
        lock (_gate)
            if (_shares.TryGetValue(user, out var share) && share.Connections == 0) _shares.Remove(user);
    }

    private UserShare Share(string user)
    {
        if (!_shares.TryGetValue(user, out var share)) _shares[user] = share = new(time);
        return share;
    }
}
