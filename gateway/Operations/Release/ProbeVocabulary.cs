using System.Collections.Immutable;

namespace AvGateway.Operations.Release;

/// <summary>The words that probes write into their own logs. What a peer said, and every address, is none of them.</summary>
internal static class ProbeVocabulary
{
    public static readonly ImmutableHashSet<string> Words =
    [
        .. ("a again an and another answer answered answers are as asked asking at away be been by cannot certificate characters check command connect connected "
            + "connecting connection datagram datagrams days describe did different does down driver earlier echo ended end enough err error errors exit expected expires far "
            + "for found from full gateway get given has have host icmp in integer interface into is it its itself key knows last left limit lost maintains measures mib missing "
            + "ms name no none not number object objects of off offers offset on opened opening option or out page ping poll port probe property question ran range raw reached "
            + "read reading refused refuses register reply replies request requests reset resolve resolved restart row rows rtsp run s said scale second seconds seen sensor "
            + "sent server set shown shows since sip size snmp something sql ssh status stays stratum stream string switched synchronised table take tcp tells than that the this "
            + "time timed tls to trace tracks type udp until up valid value values volume walk was within without yet").Split(' '),
    ];
}
