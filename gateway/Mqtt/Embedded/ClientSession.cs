using AvGateway.Mqtt.Permissions;
using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Embedded;

/// <summary>A signed-in client: who it is, what it asked for, and where its publications go.</summary>
internal sealed class ClientSession
{
    private readonly ClientChannel _channel;
    private readonly SiteTopics _site;
    private volatile Principal _principal;

    public ClientSession(ClientChannel channel, string clientId, User user, SiteTopics site)
    {
        _channel = channel;
        _site = site;
        ClientId = clientId;
        _principal = new(user, TopicRights.Of(user, site));
        channel.SetRights(_principal.Rights);
    }

    public string ClientId { get; }

    public ClientChannel Channel => _channel;

    /// <summary>Replaced when the account changes.</summary>
    public User User => _principal.User;

    public TopicRights Rights => _principal.Rights;

    /// <summary>The filters by their text. Written by the switchboard under its lock.</summary>
    public Dictionary<string, TopicFilter> Subscriptions { get; } = new(StringComparer.Ordinal);

    public void Become(User user)
    {
        var principal = new Principal(user, TopicRights.Of(user, _site));
        _principal = principal;
        _channel.SetRights(principal.Rights);
    }

    private sealed record Principal(User User, TopicRights Rights);
}
