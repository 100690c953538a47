using System.Diagnostics;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.Serial;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>What every backend of serial ports owes, tried over pseudo terminals.</summary>
public abstract class SerialContract : IDisposable
{
    private readonly PortRegistry _registry = new(TimeProvider.System);
    private readonly SerialLinkFactory _factory;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("avgw-serial-");

    internal SerialContract(ISerialBackend backend)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pseudo terminals are made by Linux calls here");
        Backend = backend;
        _factory = new(TimeProvider.System, NullLogger.Instance, backend, _registry);
    }

    internal ISerialBackend Backend { get; }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Bytes_pass_both_ways()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);

        await link.Output.WriteAsync("1*2!\r"u8.ToArray(), Cancellation);
        await pty.SendAsync("In1 Out2 All\r\n"u8.ToArray());

        Assert.Equal("1*2!\r", Text(await pty.ReceiveAsync(5)));
        Assert.Equal("In1 Out2 All\r\n", Text(await link.Input.ReadExactlyAsync(14)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?flow=none&baud=115200&stop=2")]
    public async Task Every_byte_value_passes_unchanged_both_ways(string options)
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path + options);
        var all = Enumerable.Range(0, 4 * 256).Select(i => (byte)i).ToArray();

        await link.Output.WriteAsync(all, Cancellation);
        await pty.SendAsync(all);

        Assert.Equal(all, await pty.ReceiveAsync(all.Length));
        Assert.Equal(all, await link.Input.ReadExactlyAsync(all.Length));
    }

    [Fact]
    public async Task Much_more_than_the_buffers_hold_passes_in_order()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);
        var much = new byte[300_000];
        new Random(1).NextBytes(much);

        var sending = pty.SendAsync(much);
        var read = await link.Input.ReadExactlyAsync(much.Length);
        await sending;
        Assert.Equal(much, read);

        var writing = link.Output.WriteAsync(much, Cancellation).AsTask();
        Assert.Equal(much, await pty.ReceiveAsync(much.Length));
        await writing.WaitAsync(Soon, Cancellation);
    }

    [Fact]
    public async Task The_default_is_9600_8N1_raw_without_flow_control()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);

        var settings = await SttyAsync(pty.Path);

        Assert.Contains("speed 9600 baud", settings, StringComparison.Ordinal);
        foreach (var flag in new[] { "cs8", "-parenb", "-cstopb", "-crtscts", "-ixon", "-ixoff", "-icanon", "-echo", "-icrnl", "-opost", "-isig", "clocal", "cread" })
            Assert.Contains($" {flag} ", settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("baud=115200", "speed 115200 baud")]
    [InlineData("baud=1200", "speed 1200 baud")]
    [InlineData("stop=2", " cstopb ")]
    [InlineData("flow=xonxoff", " ixon ")]
    [InlineData("flow=rtscts", " crtscts ")]
    public async Task Settings_reach_the_port(string option, string shown)
    {
        using var pty = new Pty();
        await using var link = await OpenAsync($"{pty.Path}?{option}");

        Assert.Contains(shown, await SttyAsync(pty.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modem_lines_that_do_not_exist_do_not_fail_the_opening()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync($"{pty.Path}?dtr=on&rts=off");

        await pty.SendAsync([1]);

        Assert.Equal([1], await link.Input.ReadExactlyAsync(1));
    }

    [Fact]
    public async Task A_hang_up_completes_the_pending_read_and_is_final()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);
        var pending = link.Input.ReadAsync(Cancellation).AsTask();

        pty.HangUp();

        Assert.True((await pending.WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.True(link.Ended.IsCompleted, "the reason is known as soon as the input completes");
        Assert.Equal(LinkEnd.HungUp, await link.Ended);
        await Assert.ThrowsAsync<IOException>(async () => await link.Output.WriteAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task A_hang_up_ends_the_write_that_waits()
    {
        using var pty = new Pty();
        var link = await OpenAsync(pty.Path);
        var writing = link.Output.WriteAsync(new byte[100_000], Cancellation).AsTask();
        await pty.ReceiveAsync(1);
        Assert.False(writing.IsCompleted, "a line that nobody reads does not take 100,000 bytes");

        pty.HangUp();

        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(Soon, Cancellation));
        Assert.Equal(LinkEnd.HungUp, await link.EndAsync());
        await link.DisposeAsync().AsTask().WaitAsync(Soon, Cancellation);
    }

    [Fact]
    public async Task A_device_that_does_not_read_holds_the_writer_back_until_it_reads()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);

        var writing = link.Output.WriteAsync(new byte[100_000], Cancellation).AsTask();
        Assert.False(writing.IsCompleted);
        await pty.ReceiveAsync(100_000);

        await writing.WaitAsync(Soon, Cancellation);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_after_a_part_has_left_ends_the_link()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);
        using var patience = new CancellationTokenSource();
        var writing = link.Output.WriteAsync(new byte[100_000], patience.Token).AsTask();
        await pty.ReceiveAsync(1);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Soon, Cancellation));
        Assert.Equal(LinkEnd.Aborted, await link.EndAsync());
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_the_device_back()
    {
        using var pty = new Pty();
        await using var link = await OpenAsync(pty.Path);

        var sent = 0;
        while (sent < 16 * 1024 * 1024 && await pty.TrySendAsync(new byte[4096])) sent += 4096;

        // The line stands still when the pipe and the buffers of the system are full.
        Assert.InRange(sent, 1, 512 * 1024);
        var read = await link.Input.ReadAsync(Cancellation);
        link.Input.AdvanceTo(read.Buffer.End);
        await pty.SendAsync(new byte[4096]);
    }

    [Fact]
    public async Task Abort_and_dispose_are_quick_and_may_come_twice()
    {
        using var pty = new Pty();
        var link = await OpenAsync(pty.Path);
        var pending = link.Input.ReadAsync(Cancellation).AsTask();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            link.Abort(LinkEnd.Silent);
            await link.DisposeAsync();
        }))).WaitAsync(Soon, Cancellation);

        Assert.True((await pending.WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.Equal(LinkEnd.Silent, await link.Ended);
    }

    [Fact]
    public async Task A_port_can_be_opened_again_at_once()
    {
        using var pty = new Pty();
        for (var i = 0; i < 20; i++)
        {
            await using var link = await OpenAsync(pty.Path);
            await link.Output.WriteAsync(new[] { (byte)i }, Cancellation);
            Assert.Equal([(byte)i], await pty.ReceiveAsync(1));
            link.Abort(LinkEnd.Aborted);
        }
    }

    [Fact]
    public async Task A_hundred_hang_ups_leave_no_thread_and_the_name_usable()
    {
        var name = Path.Combine(_folder.FullName, "usb-matrix");
        var before = 0;
        for (var i = 0; i < 100; i++)
        {
            using var pty = new Pty();
            File.Delete(name);
            File.CreateSymbolicLink(name, pty.Path);
            await using var link = await OpenAsync(name);
            await pty.SendAsync([(byte)i]);
            Assert.Equal([(byte)i], await link.Input.ReadExactlyAsync(1));
            pty.HangUp();
            Assert.Equal(LinkEnd.HungUp, await link.EndAsync());
            if (i == 20) before = SerialThreads();
        }

        Assert.Equal(0, _factory.StuckCloses);
        Assert.InRange(SerialThreads(), 0, before + 2);
    }

    [Fact]
    public async Task A_second_owner_is_refused_and_the_first_is_named()
    {
        using var pty = new Pty();
        var name = Path.Combine(_folder.FullName, "usb-recorder");
        File.CreateSymbolicLink(name, pty.Path);
        await using var link = await OpenAsync($"{name}?baud=19200");

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(pty.Path));

        Assert.Contains($"serial:{name}?baud=19200", refused.Message, StringComparison.Ordinal);
        Assert.False(link.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_name_that_now_points_to_another_port_opens_that_port()
    {
        using var first = new Pty();
        using var second = new Pty();
        var name = Path.Combine(_folder.FullName, "usb-display");
        File.CreateSymbolicLink(name, first.Path);
        await using var old = await OpenAsync(name);

        File.Delete(name);
        File.CreateSymbolicLink(name, second.Path);
        await using var link = await OpenAsync(name);
        await second.SendAsync([2]);
        await first.SendAsync([1]);

        Assert.Equal([2], await link.Input.ReadExactlyAsync(1));
        Assert.Equal([1], await old.Input.ReadExactlyAsync(1));
    }

    [Fact]
    public async Task A_missing_port_is_called_missing()
    {
        var missing = await Assert.ThrowsAsync<LinkException>(() => OpenAsync("/dev/ttyUSB99"));

        Assert.Equal(StatusReasons.ConnectFailed, missing.Reason);
        Assert.Contains("there is no /dev/ttyUSB99", missing.Message, StringComparison.Ordinal);
        Assert.Contains("/dev/serial/by-id", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_called_no_serial_port()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "no port", Cancellation);

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(file));

        Assert.Equal(StatusReasons.ConnectFailed, refused.Reason);
        Assert.Contains("is not a serial port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_without_permission_is_told_with_the_group_to_join()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may open everything");
        var file = Path.Combine(_folder.FullName, "ttyS0");
        await File.WriteAllTextAsync(file, "", Cancellation);
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(file, UnixFileMode.None);

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(file));

        Assert.Equal(StatusReasons.AccessDenied, refused.Reason);
        Assert.Contains("usermod -aG dialout", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_did_not_open_is_not_taken()
    {
        var name = Path.Combine(_folder.FullName, "late");
        await Assert.ThrowsAsync<LinkException>(() => OpenAsync(name));
        using var pty = new Pty();
        File.CreateSymbolicLink(name, pty.Path);

        await using var link = await OpenAsync(name);

        Assert.False(link.Ended.IsCompleted);
    }

    private protected async Task<ILink> OpenAsync(string pathAndOptions) =>
        await _factory.OpenAsync(Address($"serial:{pathAndOptions}"), null, Cancellation).AsTask().WaitAsync(Soon, Cancellation);

    /// <summary>The threads of this process that serial ports made: the pool's own come and go.</summary>
    private static int SerialThreads() => Directory.GetDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")) is var name
                && (name.StartsWith("close ", StringComparison.Ordinal) || name.StartsWith("open ", StringComparison.Ordinal)
                    || name.StartsWith("serial", StringComparison.Ordinal) || name.StartsWith(".NET SerialPort", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static async Task<string> SttyAsync(string path)
    {
        using var stty = Process.Start(new ProcessStartInfo("stty", ["-F", path, "-a"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var shown = await stty.StandardOutput.ReadToEndAsync(Cancellation).WaitAsync(Soon, Cancellation);
        var refused = await stty.StandardError.ReadToEndAsync(Cancellation);
        Assert.SkipWhen(
            !Environment.IsPrivilegedProcess && refused.Contains("busy", StringComparison.Ordinal), "this backend shuts the port to stty; only root can look past it");
        Assert.True(shown.Length > 0, refused);
        return $" {shown.ReplaceLineEndings(" ").Replace(";", " ;", StringComparison.Ordinal)} ";
    }
}
