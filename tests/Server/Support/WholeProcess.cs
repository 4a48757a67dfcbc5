namespace Hpc.Server.Tests.Support;

/// <summary>Tests that look at what the process counts: no others run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeProcess
{
    public const string Name = "whole process";
}
