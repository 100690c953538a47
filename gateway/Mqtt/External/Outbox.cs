using System.Threading.Channels;
using AvGateway.Mqtt.Bus;

namespace AvGateway.Mqtt.External;

/// <summary>One publication that waits or is under way. The row of a state outlives its sending.</summary>
public sealed class OutboxRow
{
    internal OutboxRow(Publication publication, long since)
    {
        Publication = publication;
        Since = since;
    }

    public Publication Publication { get; internal set; }
    internal long Since { get; }
    internal bool IsQueued { get; set; }
}

/// <summary>
/// What waits for the broker. State is kept once per topic, so it never waits twice and never runs over; everything else waits in order up to a
/// bound. While the broker is away state does not wait at all: all of it is sent anew on the next connection.
/// </summary>
public sealed class Outbox(int mostWaiting, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OutboxRow> _states = new(StringComparer.Ordinal);
    private readonly LinkedList<OutboxRow> _queue = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _isOpen;
    private int _waiting;

    /// <summary>Publications that were refused because too many waited.</summary>
    public long Refused { get; private set; }

    /// <summary>Publications whose expiry ran out here.</summary>
    public long Expired { get; private set; }

    public int Count
    {
        get { lock (_gate) return _queue.Count; }
    }

    /// <summary>The state that stands now.</summary>
    public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> States
    {
        get
        {
            lock (_gate)
            {
                return [.. _states.Where(s => !s.Value.Publication.Payload.IsEmpty).Select(s => KeyValuePair.Create(s.Key, s.Value.Publication.Payload))];
            }
        }
    }

    /// <summary>What stands on this topic now; empty when nothing does.</summary>
    public ReadOnlyMemory<byte> StateOf(string topic)
    {
        lock (_gate) return _states.TryGetValue(topic, out var row) ? row.Publication.Payload : default;
    }

    /// <returns>False when it is refused: too many wait.</returns>
    public bool Add(Publication publication)
    {
        lock (_gate)
        {
            if (publication.Retain)
            {
                // Emptied topics stay known: a broker that comes back with an old store would show them again.
                if (!_states.TryGetValue(publication.Topic, out var row)) _states[publication.Topic] = row = new(publication, 0);
                row.Publication = publication;
                if (_isOpen) Queue(row);
            }
            else if (_waiting >= mostWaiting)
            {
                Refused++;
                return false;
            }
            else
            {
                _waiting++;
                Queue(new(publication, time.GetTimestamp()));
            }
        }

        return true;
    }

    /// <summary>A connection is there: all state goes out anew, before what waits, and <paramref name="last"/> after all other state.</summary>
    public void Open(string last)
    {
        lock (_gate)
        {
            _isOpen = true;
            LinkedListNode<OutboxRow>? end = null;
            foreach (var row in _states.Values.Where(r => !r.IsQueued).OrderBy(r => r.Publication.Topic == last))
            {
                row.IsQueued = true;
                end = end is null ? _queue.AddFirst(row) : _queue.AddAfter(end, row);
            }

            Wake();
        }
    }

    /// <summary>The connection is gone. What was under way without the broker's word waits again, first; state waits for the next connection.</summary>
    public void Close(IEnumerable<OutboxRow> unconfirmed)
    {
        lock (_gate)
        {
            _isOpen = false;
            var node = _queue.First;
            while (node is not null)
            {
                var next = node.Next;
                if (node.Value.Publication.Retain)
                {
                    node.Value.IsQueued = false;
                    _queue.Remove(node);
                }

                node = next;
            }

            foreach (var row in unconfirmed.Where(r => !r.Publication.Retain).Reverse())
            {
                _waiting++;
                row.IsQueued = true;
                _queue.AddFirst(row);
            }
        }
    }

    /// <summary>Takes the next one, with what is left of its expiry.</summary>
    public bool TryTake(out OutboxRow row, out Publication publication)
    {
        lock (_gate)
        {
            while (_isOpen && _queue.First is { } first)
            {
                _queue.RemoveFirst();
                row = first.Value;
                row.IsQueued = false;
                publication = row.Publication;
                if (!publication.Retain) _waiting--;
                if (publication.Retain || publication.ExpirySeconds is not { } expiry) return true;
                var left = expiry - time.GetElapsedTime(row.Since).TotalSeconds;
                if (left > 0)
                {
                    publication = publication with { ExpirySeconds = (uint)Math.Ceiling(left) };
                    return true;
                }

                Expired++;
            }
        }

        row = null!;
        publication = null!;
        return false;
    }

    /// <summary>Completes when there may be something to take.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _signal.Reader.ReadAsync(cancellation);

    /// <summary>Ends a wait although nothing came.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    private void Queue(OutboxRow row)
    {
        if (row.IsQueued) return;
        row.IsQueued = true;
        _queue.AddLast(row);
        if (_isOpen) Wake();
    }
}
