using Hpc.Providers.Tests.Servers;

[assembly: AssemblyFixture(typeof(MariaDbFixture))]

namespace Hpc.Providers.Tests.Servers;

/// <summary>MariaDB for all tests.</summary>
public sealed class MariaDbFixture : ServerFixture<MariaDbServer>;
