using System.Runtime.InteropServices;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Permissions;
using MQTTnet.Packets;

namespace AvGateway.Mqtt.Embedded;

/// <summary>One filter of a subscription that was granted.</summary>
/// <param name="Replay">Whether the states under it are to be sent now.</param>
internal sealed record Subscription(TopicFilter Filter, Grant Grant, MqttReplay Replay);

/// <summary>MQTT 5 retain handling.</summary>
internal enum MqttReplay { Always, WhenNew, Never }

/// <summary>
/// The heart of the broker: the last word on every state, who asked for what, and the order of both. One lock makes
/// "publish" and "subscribe and take what is known" indivisible. So nothing can fall between the states that a client is
/// given and the changes that follow, and no client can end with an older word than the newest.
/// </summary>
internal sealed class Switchboard(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly StateTree _states = new();
    private readonly SubscriptionTree _subscriptions = new();
    private readonly List<Receiver> _found = [];
    private readonly Dictionary<ClientSession, Grant> _merged = [];
    private readonly ReceiverCache _receivers = new();

    /// <summary>Raised, outside the lock, for a client whose outbox is full.</summary>
    public event Action<ClientSession>? Overflowed;

    /// <summary>Every state with its payload.</summary>
    public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> States
    {
        get
        {
            lock (_gate) return [.. _states.ByTopic.Select(s => KeyValuePair.Create(s.Key, s.Value.Latest.Publication.Payload))];
        }
    }

    public void Publish(Publication publication)
    {
        var message = new Outgoing(publication, publication.ExpirySeconds is { } s ? time.GetTimestamp() + (s * time.TimestampFrequency) : null);
        List<ClientSession>? overflowed = null;
        lock (_gate)
        {
            foreach (var (session, grant) in Record(message))
            {
                if (session.Channel.TryPublish(message, grant, publication.Retain && grant.KeepsRetain)) continue;
                (overflowed ??= []).Add(session);
            }
        }

        foreach (var session in overflowed ?? []) Overflowed?.Invoke(session);
    }

    /// <summary>
    /// Answers, adds subscriptions and queues the states under them, in one step: the answer goes out before anything of
    /// the subscription does, and whoever publishes after the client has read it finds the subscription there.
    /// </summary>
    public void Subscribe(ClientSession session, IReadOnlyList<Subscription> subscriptions, MqttSubAckPacket answer)
    {
        lock (_gate)
        {
            if (session.Channel.IsClosing) return;
            session.Channel.Send(answer);
            var replayed = subscriptions.Count > 1 ? new HashSet<StateEntry>() : null;
            foreach (var (filter, grant, replay) in subscriptions)
            {
                var isNew = session.Subscriptions.TryAdd(filter.Text, filter);
                _subscriptions.Set(session, filter, grant);
                if (replay is MqttReplay.Always || (replay is MqttReplay.WhenNew && isNew)) Replay(session, filter, grant, replayed);
            }

            _receivers.Clear();
        }
    }

    /// <summary>False when there was no such subscription.</summary>
    public bool Unsubscribe(ClientSession session, string filter)
    {
        lock (_gate)
        {
            if (!session.Subscriptions.Remove(filter, out var known)) return false;
            _subscriptions.Remove(session, known);
            _receivers.Clear();
            return true;
        }
    }

    /// <summary>The session is gone.</summary>
    public void Remove(ClientSession session)
    {
        lock (_gate)
        {
            foreach (var filter in session.Subscriptions.Values) _subscriptions.Remove(session, filter);
            if (session.Subscriptions.Count > 0) _receivers.Clear();
            session.Subscriptions.Clear();
        }
    }

    /// <summary>Rights changed: whoever was found to receive a topic has to be found anew.</summary>
    public void RightsChanged()
    {
        lock (_gate) _receivers.Clear();
    }

    private ReadOnlySpan<Receiver> Record(Outgoing message)
    {
        var publication = message.Publication;
        if (!publication.Retain) return Find(message.Topic);
        if (publication.Payload.IsEmpty)
        {
            _states.Remove(message.Topic);
            return Find(message.Topic);
        }

        var entry = _states.Set(message);
        if (entry.Receivers?.Receivers is { } known) return known;
        var receivers = Find(message.Topic);
        entry.Receivers = _receivers.Keep(receivers);
        return receivers;
    }

    /// <summary>Who gets this topic now: matched by filter, then narrowed to those who may read it.</summary>
    private ReadOnlySpan<Receiver> Find(string topic)
    {
        _found.Clear();
        _subscriptions.Match(topic, _found);
        if (_found.Count > 1) Merge();
        _found.RemoveAll(r => !r.Session.Rights.MayRead(topic));
        return CollectionsMarshal.AsSpan(_found);
    }

    private void Merge()
    {
        _merged.Clear();
        foreach (var (session, grant) in _found)
            _merged[session] = _merged.TryGetValue(session, out var other) ? other.And(grant) : grant;
        if (_merged.Count == _found.Count) return;
        _found.Clear();
        foreach (var (session, grant) in _merged) _found.Add(new(session, grant));
    }

    private void Replay(ClientSession session, TopicFilter filter, Grant grant, HashSet<StateEntry>? replayed)
    {
        var entries = new List<StateEntry>();
        _states.Match(filter, entries);
        var rights = session.Rights;
        var states = entries.Where(e => (replayed is null || replayed.Add(e)) && rights.MayRead(e.Latest.Topic)).Select(e => e.Latest).ToArray();
        session.Channel.Replay(states, grant);
    }
}
