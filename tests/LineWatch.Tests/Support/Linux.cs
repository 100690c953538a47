// Rights, namespaces and the programs that the figures are held against are Linux's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
