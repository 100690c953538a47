using AvGateway.Drivers.Transports.Serial;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>The contract by System.IO.Ports, which serves where our own calls do not.</summary>
public sealed class PortableSerialTests() : SerialContract(new PortableBackend());
