namespace AvGateway.Drivers.Runtime;

/// <summary>One question to the device.</summary>
internal sealed class Exchange<TReply>(string request, Func<TReply, bool>? onReply, PendingCommand? command, TimeSpan timeout, int attempts)
{
    public string Request { get; } = request;

    /// <summary>Null: nothing will answer.</summary>
    public Func<TReply, bool>? OnReply { get; } = onReply;
    public PendingCommand? Command { get; } = command;
    public TimeSpan Timeout { get; } = timeout;
    public int AttemptsLeft { get; set; } = attempts;
}

/// <summary>The order in which questions go out: those of commands before those of polling, each lane in its own order.</summary>
internal sealed class ExchangeQueue<TReply>
{
    /// <summary>A driver that asks this much without ever hearing an answer is broken; the runtime faults it.</summary>
    public const int Bound = 1024;

    private readonly Queue<Exchange<TReply>> _ofCommands = new();
    private readonly Queue<Exchange<TReply>> _others = new();

    public Exchange<TReply>? InFlight { get; set; }
    public bool HasCommandWork => _ofCommands.Count > 0 || InFlight?.Command is not null;
    public bool HasOtherWork => _others.Count > 0;

    public void Add(Exchange<TReply> exchange)
    {
        if (_ofCommands.Count + _others.Count >= Bound) throw new InvalidOperationException($"the driver has {Bound} questions waiting");
        (exchange.Command is null ? _others : _ofCommands).Enqueue(exchange);
    }

    public bool TryNext(out Exchange<TReply> exchange) => _ofCommands.TryDequeue(out exchange!) || _others.TryDequeue(out exchange!);

    public void Clear()
    {
        InFlight = null;
        _ofCommands.Clear();
        _others.Clear();
    }
}
