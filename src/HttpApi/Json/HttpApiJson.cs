using System.Text.Json;
using System.Text.Json.Serialization;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Tokens;

namespace Hpc.HttpApi.Json;

/// <summary>JSON of what the REST API says and hears besides the objects.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    MaxDepth = 32,
    Converters = [typeof(NullAsDefaultConverter)])]
[JsonSerializable(typeof(ApiResponse))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(StoredToken))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(PasswordReset))]
[JsonSerializable(typeof(AdminProfile))]
[JsonSerializable(typeof(IReadOnlyList<TotpConfigAnswer>))]
[JsonSerializable(typeof(TotpGenerate))]
[JsonSerializable(typeof(TotpGenerated))]
[JsonSerializable(typeof(TotpValidate))]
[JsonSerializable(typeof(TotpSave))]
[JsonSerializable(typeof(SecondFactorHolder))]
[JsonSerializable(typeof(IReadOnlyList<RecoveryCodeAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(SetupState))]
[JsonSerializable(typeof(QuotaUsage))]
[JsonSerializable(typeof(TransferQuotaUsage))]
[JsonSerializable(typeof(IReadOnlyList<QuotaScan>))]
[JsonSerializable(typeof(IReadOnlyList<FolderQuotaScan>))]
[JsonSerializable(typeof(IReadOnlyList<ConnectionStatus>))]
[JsonSerializable(typeof(DefenderEntry))]
[JsonSerializable(typeof(IReadOnlyList<DefenderEntry>))]
[JsonSerializable(typeof(DefenderBan))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(ServicesStatus))]
[JsonSerializable(typeof(ApiKeyCreated))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(IReadOnlyList<DirEntry>))]
[JsonSerializable(typeof(FileMetadata))]
[JsonSerializable(typeof(UploadForm))]
[JsonSerializable(typeof(Stream))]
internal sealed partial class HttpApiJson : JsonSerializerContext;
