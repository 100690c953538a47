namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Encodes one sample of 16 bits as G.711.</summary>
internal static class G711
{
    public static byte MuLaw(short sample)
    {
        const int Bias = 0x84;
        const int Clip = 32_635;
        var sign = sample < 0 ? 0x80 : 0;
        var magnitude = Math.Min(Math.Abs((int)sample), Clip) + Bias;
        var exponent = 7;
        for (var mask = 0x4000; exponent > 0 && (magnitude & mask) == 0; mask >>= 1) exponent--;
        return (byte)~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F));
    }

    public static byte ALaw(short sample)
    {
        var sign = sample >= 0 ? 0x80 : 0;
        var magnitude = Math.Min(sample >= 0 ? sample : -(sample + 1), 32_767) >> 3;
        var exponent = 0;
        for (var rest = magnitude >> 5; rest > 0; rest >>= 1) exponent++;
        var mantissa = exponent < 2 ? (magnitude >> 1) & 0x0F : (magnitude >> exponent) & 0x0F;
        return (byte)((sign | (exponent << 4) | mantissa) ^ 0x55);
    }
}
