using AvGateway.Drivers.Transports.Serial;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>The contract by our own Linux calls, and what only they can do.</summary>
public sealed class LinuxSerialTests() : SerialContract(new LinuxBackend(NullLogger.Instance))
{
    [Fact]
    public async Task Another_program_that_has_the_port_is_noticed_even_by_root()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);

        // A registry of its own stands for another process: only the lock on the port itself can tell.
        var other = new SerialLinkFactory(TimeProvider.System, NullLogger.Instance, new LinuxBackend(NullLogger.Instance), new(TimeProvider.System));
        var refused = await Assert.ThrowsAsync<LinkException>(async () => await other.OpenAsync(Address($"serial:{pty.Path}"), null, Cancellation));

        Assert.Contains("in use by another program", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"fuser -v {pty.Path}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hang_up_is_noticed_even_while_nobody_reads()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);
        while (await pty.TrySendAsync(new byte[4096]))
        {
        }

        pty.HangUp();

        Assert.Equal(LinkEnd.HungUp, await link.EndAsync());
        Assert.NotEmpty(await link.Input.ReadToEndAsync());
    }

    [Fact]
    public async Task Fifty_ports_are_served_by_one_thread()
    {
        var ptys = Enumerable.Range(0, 50).Select(_ => new Pty()).ToArray();
        var links = new List<ILink>();
        foreach (var pty in ptys) links.Add(await OpenAsync(pty.Path));
        var one = LoopThreads();

        for (var i = 0; i < ptys.Length; i++) await ptys[i].SendAsync([(byte)i]);
        for (var i = 0; i < ptys.Length; i++) Assert.Equal([(byte)i], await links[i].Input.ReadExactlyAsync(1));

        // Other tests of this class have loops of their own for a moment, but never one for each port.
        Assert.InRange(one, 1, 10);
        foreach (var link in links) await link.DisposeAsync();
        foreach (var pty in ptys) pty.Dispose();
    }

    [Fact]
    public async Task A_write_that_is_cancelled_before_a_byte_has_left_leaves_the_link_open()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);
        using var patience = new CancellationTokenSource();
        await FillAsync(link);
        var writing = link.Output.WriteAsync(new byte[] { 1 }, patience.Token).AsTask();
        Assert.False(writing.IsCompleted);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Soon, Cancellation));
        Assert.False(link.Ended.IsCompleted);
    }

    [Fact]
    public async Task An_unusual_rate_is_set_as_a_number()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync($"{pty.Path}?baud=250000");

        Assert.False(link.Ended.IsCompleted);
    }

    [Fact]
    public async Task The_loop_ends_with_the_last_port_and_starts_again()
    {
        var backend = new LinuxBackend(NullLogger.Instance);
        var factory = new SerialLinkFactory(TimeProvider.System, NullLogger.Instance, backend, new(TimeProvider.System));
        for (var i = 0; i < 5; i++)
        {
            using var pty = new Pty();
            await using var link = await factory.OpenAsync(Address($"serial:{pty.Path}"), null, Cancellation);
            await pty.SendAsync([7]);
            Assert.Equal([7], await link.Input.ReadExactlyAsync(1));
        }
    }

    /// <summary>Writes single bytes, each of which leaves whole or not at all, until the line takes no more.</summary>
    private static async Task FillAsync(ILink link)
    {
        while (true)
        {
            using var patience = new CancellationTokenSource();
            var writing = link.Output.WriteAsync(new byte[] { 0 }, patience.Token).AsTask();
            if (writing.IsCompletedSuccessfully) continue;
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Soon, Cancellation));
            return;
        }
    }

    private static int LoopThreads() => Directory.GetDirectories("/proc/self/task")
        .Select(task => Path.Combine(task, "comm")).Where(File.Exists).Count(comm => File.ReadAllText(comm).StartsWith("serial ports", StringComparison.Ordinal));
}
