using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AvGateway.Sip.Tests")]
