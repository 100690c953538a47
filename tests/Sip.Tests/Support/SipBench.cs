using System.Net;
using AvGateway.Testing;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Stacks and hand-played peers on a network in memory and a clock that moves when told.</summary>
internal sealed class SipBench : IAsyncDisposable
{
    private readonly List<SipStack> _stacks = [];
    private readonly FaultLog _log = new();
    private int _lastAddress;

    public SipBench(int seed = 1) => Net = new(Clock, seed);

    public VirtualClock Clock { get; } = new(new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    public FakeNet Net { get; }

    public SipStack Stack(SipStackOptions? options = null, params SipProtocol[] protocols)
    {
        var stack = new SipStack(options ?? new(), Clock, _log);
        var local = NextEndPoint();
        foreach (var protocol in protocols.Length == 0 ? [SipProtocol.Udp] : protocols) stack.Add(user => Net.Open(protocol, local, user));
        _stacks.Add(stack);
        return stack;
    }

    public RawPeer Peer(SipProtocol protocol = SipProtocol.Udp) => new(Net, new(protocol, NextEndPoint()));

    public IPEndPoint NextEndPoint() => new(IPAddress.Parse($"10.9.0.{++_lastAddress}"), 5060);

    /// <summary>Returns when every stack has done what it can do without time passing.</summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 200; round++)
        {
            var before = Net.Carried;
            foreach (var stack in _stacks.Where(s => !s.IsStopped)) await stack.Loop.SettleAsync();
            if (before == Net.Carried && round > 0) return;
        }

        Assert.Fail("the stacks do not come to rest");
    }

    /// <summary>What was logged as an error; a test that expects one takes it.</summary>
    public IReadOnlyList<string> TakeFaults() => _log.Take();

    public Task PassAsync(double seconds) => Clock.PassAsync(TimeSpan.FromSeconds(seconds), SettleAsync);

    /// <summary>Lets time pass until the task is done; fails when it is not after the limit.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task, double limit = 120)
    {
        await UntilAsync((Task)task, limit);
        return await task;
    }

    public async Task UntilAsync(Task task, double limit = 120)
    {
        await SettleAsync();
        for (var passed = 0.0; passed < limit && !task.IsCompleted; passed += 0.25)
        {
            await PassAsync(0.25);
            await Task.Yield();
        }

        await task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stack in _stacks) await stack.DisposeAsync();
        Assert.Equal([], _log.Faults);
    }
}

/// <summary>Keeps what the stack reports as an error: a test that provokes one fails.</summary>
internal sealed class FaultLog : ILogger
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults
    {
        get { lock (_faults) return [.. _faults]; }
    }

    public IReadOnlyList<string> Take()
    {
        lock (_faults)
        {
            string[] taken = [.. _faults];
            _faults.Clear();
            return taken;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter)
    {
        if (logLevel < LogLevel.Error) return;
        lock (_faults) _faults.Add(formatter(state, exception) + exception);
    }
}
