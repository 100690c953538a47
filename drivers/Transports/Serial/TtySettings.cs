using System.IO.Ports;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>Serial settings as the flags of termios2: raw bytes, no echo, no translation, the modem's carrier ignored.</summary>
internal static unsafe class TtySettings
{
    private const uint IgnoreBreak = 0x1, CheckParity = 0x10, OutputFlow = 0x400, InputFlow = 0x1000;
    private const uint SpeedMask = 0x100F, SpeedIsNumber = 0x1000, SizeMask = 0x30, TwoStops = 0x40, Receiver = 0x80;
    private const uint ParityOn = 0x100, ParityOdd = 0x200, NoCarrier = 0x800, StickyParity = 0x4000_0000, HardwareFlow = 0x8000_0000;
    private const uint InputSpeedMask = SpeedMask << 16;
    private const int TimeIndex = 5, LeastIndex = 6, StartIndex = 8, StopIndex = 9;

    /// <summary>What must read back as it was set; the rest a driver may do without.</summary>
    public const uint Framing = SizeMask | TwoStops | ParityOn | ParityOdd;

    // Rates with a code of their own get it, so that other programs (stty) can name them; any other goes as a number.
    private static readonly int[] LowRates = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];

    private static readonly int[] HighRates =
    [
        57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000,
        3_500_000, 4_000_000,
    ];

    public static void Apply(SerialSettings settings, ref Libc.Termios2 tty)
    {
        tty.Input = IgnoreBreak | (settings.Parity == Parity.None ? 0 : CheckParity);
        if (settings.Flow == Handshake.XOnXOff) tty.Input |= InputFlow | OutputFlow;
        tty.Output = 0;
        tty.Local = 0;
        tty.Line = 0;

        // Whether DTR drops on close (HUPCL) stays as the machine's administrator left it.
        tty.Control &= ~(SpeedMask | InputSpeedMask | SizeMask | TwoStops | ParityOn | ParityOdd | StickyParity | HardwareFlow);
        tty.Control |= Receiver | NoCarrier | RateCode(settings.Baud) | ParityCode(settings.Parity) | ((uint)(settings.DataBits - 5) << 4);
        if (settings.StopBits == 2) tty.Control |= TwoStops;
        if (settings.Flow == Handshake.RequestToSend) tty.Control |= HardwareFlow;
        tty.InputSpeed = tty.OutputSpeed = (uint)settings.Baud;

        // At least one byte: otherwise a read of nothing looks the same as a hang-up, even with O_NONBLOCK.
        tty.Characters[LeastIndex] = 1;
        tty.Characters[TimeIndex] = 0;
        tty.Characters[StartIndex] = 0x11;
        tty.Characters[StopIndex] = 0x13;
    }

    private static uint RateCode(int baud)
    {
        if (Array.IndexOf(LowRates, baud) is > 0 and var low) return (uint)low;
        return Array.IndexOf(HighRates, baud) is >= 0 and var high ? SpeedIsNumber + 1 + (uint)high : SpeedIsNumber;
    }

    private static uint ParityCode(Parity parity) => parity switch
    {
        Parity.Odd => ParityOn | ParityOdd,
        Parity.Even => ParityOn,
        Parity.Mark => ParityOn | ParityOdd | StickyParity,
        Parity.Space => ParityOn | StickyParity,
        _ => 0,
    };
}
