namespace AvGateway.LineWatch.Packets;

/// <summary>Link types of capture files that are understood; the numbers are those of the pcap format's registry.</summary>
public enum LinkLayer
{
    Null = 0,
    Ethernet = 1,
    RawOfOldLibraries = 12,
    Raw = 101,
    Loop = 108,
    LinuxCooked = 113,
    LinuxCookedV2 = 276,
}
