using System.Net;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>What is fed with mutated octets. Runs in a load context of its own, where the transports are instrumented.</summary>
public static class FuzzTargets
{
    private static readonly SipMediaPlan Media = new(IPAddress.Loopback, 40_000);

    /// <summary>A message: read as a datagram and off a stream, used, written and read again.</summary>
    public static void Message(byte[] octets)
    {
        SipStreamFramer.Next(octets, out _, out _);
        var verdict = SipParser.ReadDatagram(octets, out var message);
        if (message is null) return;
        _ = message.Headers.Values(SipHeaders.Via).Count + message.Headers.Addresses(SipHeaders.Contact).Count;
        _ = message.Headers.Addresses(SipHeaders.Route).Count + message.Headers.Addresses(SipHeaders.RecordRoute).Count;
        _ = SipMultipart.Find(message, "application/sdp").Length + message.BodyText.Length;
        _ = message.From?.ToString() + message.To + message.Via;
        if (verdict.IsAccepted && !SipParser.ReadDatagram(SipWriter.ToBytes(message), out _).IsAccepted)
            throw new InvalidOperationException("what was accepted is refused after it was written");
    }

    /// <summary>A session description: read, answered, taken as an answer, passed on and read again.</summary>
    public static void Description(byte[] octets)
    {
        _ = SdpRelay.SendsNothing(octets) | SdpRelay.IsSame(octets, octets);
        if (!SdpSession.TryParse(octets, out var session)) return;
        var negotiation = new SdpNegotiation(Media, 1);
        if (negotiation.TryAnswer(octets, false, out var answer, out _) && !SdpSession.TryParse(answer, out _))
            throw new InvalidOperationException("our answer cannot be read");
        negotiation.Offer(SdpDirection.SendReceive);
        negotiation.TryAccept(octets, out _);
        if (!SdpSession.TryParse(new SdpRelay().Forward(octets, silent: false), out var passed) || passed.Media.Count != session.Media.Count)
            throw new InvalidOperationException("what was passed on is not what came");
        if (!SdpRelay.SendsNothing(new SdpRelay().Forward(octets, silent: true)))
            throw new InvalidOperationException("a silenced description still sends");
    }

    /// <summary>Reports of calls and of registrations.</summary>
    public static void Report(byte[] octets)
    {
        var watch = new DialogWatch();
        watch.Take(octets);
        watch.Take(octets);
        _ = RegistrationInfo.TryParse(octets, out _);
    }
}
