using System.Text;

namespace AvGateway.Simulator.Devices.GsmModem;

/// <summary>An SMS-SUBMIT as a service centre reads it (3GPP TS 23.040 §9.2.2.2).</summary>
internal sealed record SubmittedPdu(string To, byte[] Address, string Text, bool WantsReport, int Reference, int Parts, int Part)
{
    /// <summary>Null when it is none, or not as long as it was announced.</summary>
    public static SubmittedPdu? Read(string hex, int octets)
    {
        try
        {
            var all = Convert.FromHexString(hex);
            var centre = all[0] + 1;
            if (all.Length - centre != octets) return null;
            var pdu = all[centre..];
            if ((pdu[0] & 0x03) != 0x01) return null;
            var validity = ((pdu[0] >> 3) & 0x03) switch { 0 => 0, 2 => 1, _ => 7 };
            var digits = pdu[2];
            var at = 4 + ((digits + 1) / 2);
            var address = pdu[2..at];
            var number = string.Concat(pdu[4..at].Select(o => $"{o & 0x0F:X}{o >> 4:X}"))[..digits];
            var coding = pdu[at + 1];
            at += 2 + validity;
            var data = pdu[(at + 1)..];
            if (coding != 0x08 || data.Length != pdu[at] || data.Length > 140) return null;
            var (reference, parts, part, header) = (0, 1, 1, 0);
            if ((pdu[0] & 0x40) != 0)
            {
                header = data[0] + 1;
                if (data[1] != 0 || data[2] != 3) return null;
                (reference, parts, part) = (data[3], data[4], data[5]);
            }

            return new((pdu[3] == 0x91 ? "+" : "") + number, address, Encoding.BigEndianUnicode.GetString(data[header..]), (pdu[0] & 0x20) != 0, reference, parts, part);
        }
        catch (Exception broken) when (broken is FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
