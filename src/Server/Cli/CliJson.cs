using System.Text.Json.Serialization;
using Hpc.HttpApi.Models;

namespace Hpc.Server.Cli;

/// <summary>What commands say and hear besides accounts.</summary>
[JsonSerializable(typeof(IReadOnlyList<DefenderEntry>))]
[JsonSerializable(typeof(DefenderBan))]
internal sealed partial class CliJson : JsonSerializerContext;
