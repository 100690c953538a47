using System.Formats.Asn1;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>How a PDU gets into a message and out of one.</summary>
internal interface ISnmpSecurity
{
    byte[] Seal(SnmpPdu pdu);

    /// <summary>The PDU of an answer; null for a message that is not for us, is not genuine, or was used up here.</summary>
    /// <param name="isOver">What was agreed with the agent no longer holds: the link has to be opened anew.</param>
    SnmpPdu? Open(byte[] message, out bool isOver);
}

/// <summary>Version 2c: whoever knows the community may.</summary>
internal sealed class CommunitySecurity(string community) : ISnmpSecurity
{
    public byte[] Seal(SnmpPdu pdu) => SnmpMessage.Write(community, pdu);

    public SnmpPdu? Open(byte[] message, out bool isOver)
    {
        isOver = false;
        try
        {
            return SnmpMessage.Read(message, out var theirs) is { Kind: SnmpPdu.Response } pdu && theirs == community ? pdu : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
