using AvGateway.Drivers.Transports.Modbus;
using AvGateway.Links;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>Units of Modbus on TCP and on one line.</summary>
public sealed class ModbusLinkTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("010300000002", "C40B"), InlineData("01030400F701C2", "CBC0"), InlineData("010400010001", "600A"), InlineData("0104020131", "7974")]
    [InlineData("01050003FF00", "7C3A"), InlineData("010500030000", "3DCA"), InlineData("018302", "C0F1"), InlineData("010200000008", "79CC")]
    public void The_sum_is_that_of_the_published_frames(string frame, string sum)
    {
        var bytes = Convert.FromHexString(frame);
        var encoded = RtuFrame.Encode(bytes[0], bytes.AsSpan(1));

        Assert.Equal(frame + sum, Convert.ToHexString(encoded));
        Assert.True(RtuFrame.IsWhole(encoded));
        encoded[1] ^= 1;
        Assert.False(RtuFrame.IsWhole(encoded));
    }

    [Theory, InlineData(9600, 5), InlineData(19_200, 3), InlineData(115_200, 2)]
    public void Frames_are_parted_by_three_and_a_half_characters(int baud, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RtuBus.Gap(baud));

    [Theory]
    [InlineData("modbus+tcp://10.0.0.1:502/7", 7, "tcp://10.0.0.1:502")]
    [InlineData("modbus+serial:/dev/ttyS1?baud=19200&parity=even/12", 12, "serial:/dev/ttyS1?baud=19200&parity=even")]
    [InlineData("modbus+serial:/dev/ttyS1/12", 12, "serial:/dev/ttyS1")]
    public void The_unit_stands_behind_the_last_slash(string link, int unit, string way)
    {
        var found = ModbusAddress.Way(LinkReading.Address(link), out var text);

        Assert.Equal((way, $"{unit}"), (found.ToString(), text));
    }

    [Theory, InlineData("modbus+tcp://10.0.0.1:502"), InlineData("modbus+tcp://10.0.0.1:502/0"), InlineData("modbus+tcp://10.0.0.1:502/248")]
    [InlineData("modbus+serial:/dev/ttyS1?baud=9600"), InlineData("modbus+serial:/dev/ttyS1?baud=9600/x")]
    public void A_link_without_a_unit_is_a_finding(string link)
    {
        using var factory = new ModbusLinkFactory(new OneLine(new()), new OneLine(new()), TimeProvider.System);

        Assert.Contains(factory.Check(LinkReading.Address(link)), finding => finding.Contains("unit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_tcp_the_unit_goes_in_and_what_another_unit_says_stays_out()
    {
        var far = new InMemoryLink();
        await using var link = new ModbusTcpLink(far, unit: 9);

        await WriteAsync(link, "000500000006010100000008");
        Assert.Equal("000500000006090100000008", Convert.ToHexString(far.Take()));
        await far.WriteAsync(Convert.FromHexString("00050000000408010155"));
        await far.WriteAsync(Convert.FromHexString("0005000000"));
        await far.WriteAsync(Convert.FromHexString("0409010155"));

        Assert.Equal("00050000000401010155", Convert.ToHexString(await link.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task On_tcp_a_stream_out_of_step_ends_the_link()
    {
        var far = new InMemoryLink();
        await using var link = new ModbusTcpLink(far, unit: 9);

        await far.WriteAsync(Convert.FromHexString("00050001000408010155"));

        Assert.Equal(LinkEnd.Failed, await link.EndAsync());
    }

    [Fact]
    public async Task Two_units_of_one_line_ask_one_after_the_other_and_each_gets_its_own_answer()
    {
        var (factory, far) = Line();
        using var _ = factory;
        await using var first = await OpenAsync(factory, 1);
        await using var second = await OpenAsync(factory, 2);

        await WriteAsync(first, "000500000006010100000008");
        await WriteAsync(second, "000700000006010100000008");
        var asked = await HeardAsync(far, 8);
        Assert.Equal("01", asked[..2]);
        await far.WriteAsync(RtuFrame.Encode(1, [1, 1, 0x55]));
        Assert.Equal("00050000000401010155", Convert.ToHexString(await first.Input.ReadOnceAsync()));

        Assert.Equal("02", (await HeardAsync(far, 8))[..2]);
        await far.WriteAsync(RtuFrame.Encode(2, [1, 1, 0xAA]));
        Assert.Equal("000700000004010101AA", Convert.ToHexString(await second.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task A_dead_unit_costs_its_neighbour_its_time_and_no_more()
    {
        var (factory, far) = Line();
        using var _ = factory;
        await using var dead = await OpenAsync(factory, 1);
        await using var alive = await OpenAsync(factory, 2);

        await WriteAsync(dead, "000500000006010100000008");
        await WriteAsync(alive, "000700000006010100000008");
        await HeardAsync(far, 8);
        Assert.Equal("02", (await HeardAsync(far, 8))[..2]);
        await far.WriteAsync(RtuFrame.Encode(2, [1, 1, 0xAA]));

        Assert.Equal("000700000004010101AA", Convert.ToHexString(await alive.Input.ReadOnceAsync()));
        Assert.False(dead.Input.TryRead(out var nothing));
    }

    [Fact]
    public async Task Noise_before_an_answer_and_an_answer_in_pieces_do_no_harm_and_a_wrong_sum_is_none()
    {
        var (factory, far) = Line();
        using var _ = factory;
        await using var link = await OpenAsync(factory, 1);

        await WriteAsync(link, "000500000006010100000008");
        await HeardAsync(far, 8);
        var spoilt = RtuFrame.Encode(1, [1, 1, 0x11]);
        spoilt[^1] ^= 1;
        await far.WriteAsync(spoilt);
        await far.WriteAsync(new byte[] { 0xFF, 0x00 });
        foreach (var b in RtuFrame.Encode(1, [1, 1, 0x55])) await far.WriteAsync(new[] { b });

        Assert.Equal("00050000000401010155", Convert.ToHexString(await link.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task A_newer_question_takes_the_place_of_one_that_still_waits()
    {
        var (factory, far) = Line();
        using var _ = factory;
        await using var dead = await OpenAsync(factory, 1);
        await using var link = await OpenAsync(factory, 2);

        await WriteAsync(dead, "000500000006010100000008");
        await HeardAsync(far, 8);
        await WriteAsync(link, "00070000000601050003FF00");
        await WriteAsync(link, "000800000006010500030000");

        // The order ON has never gone out.
        Assert.Equal("020500030000", (await HeardAsync(far, 8))[..12]);
    }

    [Fact]
    public async Task A_unit_serves_one_device_and_the_line_is_free_when_its_last_unit_has_left()
    {
        var opened = 0;
        var line = new OneLine(new(), () => opened++);
        using var factory = new ModbusLinkFactory(new OneLine(new()), line, TimeProvider.System);
        var first = await OpenAsync(factory, 1);
        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(factory, 1));
        Assert.Contains("in use by another device", refused.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        Assert.True(line.Far.Ended.IsCompleted);
        line.Far = new();
        await using var again = await OpenAsync(factory, 1);
        Assert.Equal(2, opened);
    }

    [Fact]
    public async Task A_line_that_hangs_up_ends_every_unit_with_its_reason()
    {
        var (factory, far) = Line();
        using var _ = factory;
        await using var first = await OpenAsync(factory, 1);
        await using var second = await OpenAsync(factory, 2);

        far.Abort(LinkEnd.HungUp);

        Assert.Equal(LinkEnd.HungUp, await first.EndAsync());
        Assert.Equal(LinkEnd.HungUp, await second.EndAsync());
    }

    private static (ModbusLinkFactory Factory, InMemoryLink Far) Line()
    {
        var far = new InMemoryLink();
        return (new(new OneLine(new()), new OneLine(far), TimeProvider.System), far);
    }

    private static async Task<ILink> OpenAsync(ModbusLinkFactory factory, int unit) =>
        await factory.OpenAsync(LinkReading.Address($"modbus+serial:/dev/ttyS1?baud=9600/{unit}"), null, Cancellation);

    private static async Task WriteAsync(ILink link, string frame) => await link.Output.WriteAsync(Convert.FromHexString(frame), Cancellation);

    /// <summary>What the line carries next.</summary>
    private static async Task<string> HeardAsync(InMemoryLink far, int count)
    {
        var heard = new List<byte>();
        using var late = new CancellationTokenSource(Soon);
        while (heard.Count < count)
        {
            heard.AddRange(far.Take());
            if (heard.Count < count) await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, late.Token);
        }

        return Convert.ToHexString([.. heard]);
    }

    /// <summary>A factory that has one line to give.</summary>
    private sealed class OneLine(InMemoryLink far, Action? opened = null) : ILinkFactory
    {
        public InMemoryLink Far { get; set; } = far;
        public IReadOnlyCollection<string> Schemes { get; } = ["tcp", "serial"];
        public IEnumerable<string> Check(LinkAddress address) => [];

        public ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
        {
            opened?.Invoke();
            return new(Far);
        }
    }
}
