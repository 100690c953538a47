using System.Diagnostics;
using System.Net.Sockets;

namespace AvGateway.Bench.Wire;

/// <summary>Something on a socket that the loop calls.</summary>
internal interface ISource
{
    Socket Socket { get; }

    void Readable();

    void Writable();
}

/// <summary>One thread that serves all its sockets in turn. Farm and load client share one, so that their clocks and their order are the same.</summary>
internal sealed class Loop : IDisposable
{
    private const int ScratchSize = 256 * 1024;

    private readonly Epoll _epoll = new();
    private readonly List<ISource?> _sources = [];
    private readonly Stack<int> _free = new();
    private readonly List<Connection> _dirty = [];

    /// <summary>Where every connection reads to, one after the other.</summary>
    public byte[] Scratch { get; } = new byte[ScratchSize];

    /// <summary>Called once a round, before waiting; returns how many milliseconds the wait may last, -1 for ever.</summary>
    public Func<int>? EachRound { get; set; }

    public static long Now => Stopwatch.GetTimestamp();

    public static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    public int Add(ISource source)
    {
        if (!_free.TryPop(out var token))
        {
            token = _sources.Count;
            _sources.Add(null);
        }

        _sources[token] = source;
        _epoll.Watch(source.Socket, token);
        return token;
    }

    public void Remove(ISource source, int token)
    {
        _epoll.Forget(source.Socket);
        _sources[token] = null;
        _free.Push(token);
    }

    public void WantWrite(ISource source, int token, bool wanted) =>
        _epoll.Change(source.Socket, token, wanted ? Epoll.Readable | Epoll.Writable : Epoll.Readable);

    /// <summary>What was written in this round goes out together at its end.</summary>
    public void FlushSoon(Connection connection) => _dirty.Add(connection);

    /// <summary>Serves until it is so, or the time is over.</summary>
    /// <returns>Whether it became so.</returns>
    public bool Until(Func<bool> isSo, TimeSpan within)
    {
        var end = Now + (long)(within.TotalSeconds * Stopwatch.Frequency);
        while (!isSo())
        {
            var left = end - Now;
            if (left <= 0) return false;
            Round((int)Math.Min(1000, 1 + left * 1000 / Stopwatch.Frequency));
        }

        return true;
    }

    public void For(TimeSpan time) => Until(static () => false, time);

    public void Forever()
    {
        while (true) Round(-1);
    }

    public void Dispose() => _epoll.Dispose();

    private void Round(int milliseconds)
    {
        if (EachRound is { } each)
        {
            var most = each();
            milliseconds = most < 0 ? milliseconds : milliseconds < 0 ? most : Math.Min(most, milliseconds);
        }

        Flush();
        var count = _epoll.Wait(milliseconds);
        for (var i = 0; i < count; i++)
        {
            var (events, token) = _epoll.Ready(i);

            // One that was removed earlier in this round may still be named.
            if (_sources[token] is not { } source) continue;
            if ((events & Epoll.Writable) != 0) source.Writable();
            if ((events & ~Epoll.Writable) != 0 && _sources[token] == source) source.Readable();
        }

        Flush();
    }

    private void Flush()
    {
        foreach (var connection in _dirty) connection.Flush();
        _dirty.Clear();
    }
}
