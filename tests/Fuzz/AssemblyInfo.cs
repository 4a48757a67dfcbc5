// Descriptors are counted in /proc, and modes and links are those of Linux.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
