using System.IO.Ports;
using AvGateway.Drivers.Transports.Serial;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class SerialSettingsTests
{
    private readonly SerialLinkFactory _factory = new(TimeProvider.System, NullLogger<SerialLinkFactory>.Instance);

    [Fact]
    public void Options_are_read()
    {
        var findings = new List<string>();

        var settings = SerialSettings.Read(Address("serial:/dev/ttyS0?baud=38400&data=7&parity=even&stop=2&flow=xonxoff&dtr=on&rts=off"), findings);

        Assert.Empty(findings);
        Assert.Equal(
            new() { Baud = 38400, DataBits = 7, Parity = Parity.Even, StopBits = 2, Flow = Handshake.XOnXOff, Dtr = true, Rts = false }, settings);
    }

    [Theory]
    [InlineData("serial:/dev/ttyS0?baud=fast", "baud=fast is not a number of 50..4000000")]
    [InlineData("serial:/dev/ttyS0?baud=-9600", "baud=-9600 is not")]
    [InlineData("serial:/dev/ttyS0?data=9", "data=9 is not a number of 5..8")]
    [InlineData("serial:/dev/ttyS0?stop=1.5", "stop=1.5 is not")]
    [InlineData("serial:/dev/ttyS0?parity=Even", "parity=Even is not one of none, odd, even, mark, space")]
    [InlineData("serial:/dev/ttyS0?flow=hard", "flow=hard is not one of none, rtscts, xonxoff")]
    [InlineData("serial:/dev/ttyS0?dtr=1", "dtr=1 is not one of on, off")]
    [InlineData("serial:/dev/ttyS0?speed=1", "no option \"speed\"")]
    [InlineData("serial:/dev/ttyS0?flow=rtscts&rts=on", "rts is driven by flow=rtscts")]
    [InlineData("serial:ttyS0", "\"ttyS0\" is not an absolute path")]
    [InlineData("serial://dev/ttyS0", "write serial:/dev/")]
    public void A_wrong_option_is_found(string address, string finding) =>
        Assert.Contains(finding, Assert.Single(_factory.Check(Address(address))), StringComparison.Ordinal);

    [Fact]
    public void All_findings_are_told_at_once() =>
        Assert.Equal(3, _factory.Check(Address("serial:/dev/ttyS0?baud=1&data=4&x=1")).Count());

    [Theory]
    [InlineData("baud=9600", 0x80000000u | 0x40000000u, 0x8BDu)]
    [InlineData("baud=9600&data=7&parity=odd&stop=2", 0u, 0xBEDu)]
    [InlineData("baud=115200&parity=even", 0u, 0x19B2u)]
    [InlineData("baud=250000&flow=rtscts", 0u, 0x800018B0u)]
    [InlineData("baud=9600&parity=space", 0u, 0x400009BDu)]
    [InlineData("baud=9600&parity=mark", 0u, 0x40000BBDu)]
    public void Frames_are_the_flags_of_termbits(string options, uint before, uint control)
    {
        var tty = new Libc.Termios2 { Control = before, Input = 0xFFFF, Output = 0xFFFF, Local = 0xFFFF };

        TtySettings.Apply(SerialSettings.Read(Address($"serial:/dev/ttyS0?{options}"), []), ref tty);

        Assert.Equal(control, tty.Control);
        Assert.Equal((0u, 0u), (tty.Output, tty.Local));
    }
}
