using MQTTnet.Packets;

namespace AvGateway.Mqtt.Embedded;

/// <summary>What the next packet of a client is: one of the protocol, or a publication.</summary>
internal readonly record struct NextPacket(MqttPacket? Control, Outgoing? Message, Grant? Grant, bool Retain, ushort PacketId);

/// <summary>
/// What waits for one client. Packets of the protocol go first; publications keep their order and stop at the client's
/// window. A replay of states stands in the same order as one entry, so that its size never counts against the bound and
/// no state can overtake a newer one. States have a bound of their own, and are never refused: beyond it each of their topics waits once, with its
/// last word, so that a client that is slow for a while is given what is true and not thrown out because a whole floor went dark. Safe from any
/// thread; writing is the business of the one who called <see cref="TryBegin"/>.
/// </summary>
internal sealed class Outbox(int maxWaiting, int maxBytes, int maxControls)
{
    private readonly Lock _gate = new();
    private readonly Queue<MqttPacket> _controls = new(2);
    private readonly Queue<Waiting> _waiting = new(4);
    private readonly HashSet<ushort> _inFlight = [];
    private Dictionary<string, Waiting>? _lastWords;
    private int _replayed;
    private Load _events;
    private Load _states;
    private int _window = 1;
    private ushort _lastId;
    private bool _writing;
    private bool _closed;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource? _empty;

    /// <summary>Events and answers that wait; states are not counted.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _events.Messages;
        }
    }

    /// <summary>Sets how many publications with QoS 1 may be unacknowledged.</summary>
    public void SetWindow(int window)
    {
        lock (_gate) _window = window;
    }

    /// <summary>False when the bound is reached: the client is too slow and has to go.</summary>
    public bool TryAdd(Outgoing message, Grant grant, bool retain)
    {
        lock (_gate)
        {
            if (_closed) return true;
            if (message.Publication.Retain)
            {
                AddState(new(message, null, grant, retain));
                return true;
            }

            if (!_events.TryAdd(message, maxWaiting, maxBytes)) return false;
            _waiting.Enqueue(new(message, null, grant, retain));
            return true;
        }
    }

    /// <summary>Adds the states that a new subscription is to be given.</summary>
    public void AddReplay(Outgoing[] states, Grant grant)
    {
        lock (_gate)
            if (!_closed && states.Length > 0) _waiting.Enqueue(new(null, states, grant, true));
    }

    /// <summary>False when the client lets the protocol's own packets pile up: it asks without reading.</summary>
    public bool TryAddControl(MqttPacket packet)
    {
        lock (_gate)
        {
            if (_closed) return true;
            if (_controls.Count >= maxControls) return false;
            _controls.Enqueue(packet);
            return true;
        }
    }

    /// <summary>Takes no more; what waits is dropped but for the protocol's own packets and <paramref name="last"/>.</summary>
    public void Close(MqttPacket? last)
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            Clear();
            if (last is not null) _controls.Enqueue(last);
            TellEmpty();
        }
    }

    /// <summary>A publication was acknowledged or could not be sent: its number is free again.</summary>
    public void Release(ushort packetId)
    {
        lock (_gate)
        {
            _inFlight.Remove(packetId);
            TellEmpty();
        }
    }

    /// <summary>True for exactly one caller while there is something to write: that one writes until <see cref="TryTake"/> gives nothing.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (_writing || !HasNext) return false;
            return _writing = true;
        }
    }

    /// <summary>The next packet; false when there is none. With <paramref name="done"/> the caller has then stopped to write and must not go on.</summary>
    public bool TryTake(bool done, out NextPacket next)
    {
        lock (_gate)
        {
            next = default;
            if (_controls.TryDequeue(out var control))
            {
                next = new(control, null, null, false, 0);
                return true;
            }

            if (HasNext)
            {
                next = TakeMessage();
                return true;
            }

            if (!done) return false;
            StopWriting();
            return false;
        }
    }

    /// <summary>The connection is gone: nothing will be written any more.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _closed = true;
            _controls.Clear();
            Clear();
            StopWriting();
        }
    }

    /// <summary>Ends when nothing is being written: all is out, or the client's window is full, or the connection is gone.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (!_writing) return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Ends when everything was written and acknowledged, or the connection is gone.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            if (IsEmpty) return Task.CompletedTask;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private bool IsEmpty => _closed || (!_writing && _waiting.Count == 0 && _inFlight.Count == 0);

    private void StopWriting()
    {
        _writing = false;
        _idle?.TrySetResult();
        _idle = null;
        TellEmpty();
    }

    private void TellEmpty()
    {
        if (!IsEmpty) return;
        _empty?.TrySetResult();
        _empty = null;
    }

    private bool HasNext => _controls.Count > 0
        || (_waiting.TryPeek(out var head) && (!head.Grant.AtLeastOnce || _inFlight.Count < _window));

    private NextPacket TakeMessage()
    {
        var head = _waiting.Peek();
        Outgoing message;
        if (head.Replay is { } states)
        {
            message = states[_replayed++];
            if (_replayed == states.Length)
            {
                _waiting.Dequeue();
                _replayed = 0;
            }
        }
        else if (_waiting.Dequeue() is { IsLastWord: true })
        {
            _lastWords!.Remove(head.Message!.Topic, out head);
            if (_lastWords.Count == 0) _lastWords = null;
            message = head.Message!;
        }
        else
        {
            message = head.Message!;
            if (message.Publication.Retain) _states.Remove(message);
            else _events.Remove(message);
        }

        return new(null, message, head.Grant, head.Retain, head.Grant.AtLeastOnce ? NewId() : (ushort)0);
    }

    private void AddState(in Waiting state)
    {
        var topic = state.Message!.Topic;

        // While a last word waits, every newer one takes its place, also when there is room again: queued behind it, it would come out after a
        // still newer one that takes the place later, and the client would end with the older of the two.
        if (_lastWords?.ContainsKey(topic) is true)
        {
            _lastWords[topic] = state;
            return;
        }

        if (_states.TryAdd(state.Message, maxWaiting, maxBytes))
        {
            _waiting.Enqueue(state);
            return;
        }

        (_lastWords ??= new(StringComparer.Ordinal)).Add(topic, state);
        _waiting.Enqueue(state with { IsLastWord = true });
    }

    private void Clear()
    {
        _waiting.Clear();
        _lastWords = null;
        _events = _states = default;
    }

    private ushort NewId()
    {
        do
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        }
        while (!_inFlight.Add(_lastId));
        return _lastId;
    }

    /// <param name="IsLastWord">What is sent is what stands under its topic when its turn comes.</param>
    private readonly record struct Waiting(Outgoing? Message, Outgoing[]? Replay, Grant Grant, bool Retain, bool IsLastWord = false);

    /// <summary>What waits, by number and by bytes of payload.</summary>
    private struct Load
    {
        private int _bytes;

        public int Messages { get; private set; }

        public bool TryAdd(Outgoing message, int mostMessages, int mostBytes)
        {
            if (Messages >= mostMessages || _bytes + message.Publication.Payload.Length > mostBytes) return false;
            Messages++;
            _bytes += message.Publication.Payload.Length;
            return true;
        }

        public void Remove(Outgoing message)
        {
            Messages--;
            _bytes -= message.Publication.Payload.Length;
        }
    }
}
