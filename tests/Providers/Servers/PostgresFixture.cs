using Hpc.Providers.Tests.Servers;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Hpc.Providers.Tests.Servers;

/// <summary>PostgreSQL for all tests.</summary>
public sealed class PostgresFixture : ServerFixture<PostgresServer>;
