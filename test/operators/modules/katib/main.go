// The controller of Katib, and with -suggestions its service of Goptuna, as one program. Upstream's own programs read certificates from /tmp/cert, listen
// on a port that cannot be changed, and find each other by the DNS of the cluster.
package main

import (
	"flag"
	"log"
	"net"
	"strings"

	configv1beta1 "github.com/kubeflow/katib/pkg/apis/config/v1beta1"
	apis "github.com/kubeflow/katib/pkg/apis/controller"
	api "github.com/kubeflow/katib/pkg/apis/manager/v1beta1"
	"github.com/kubeflow/katib/pkg/controller.v1beta1"
	"github.com/kubeflow/katib/pkg/controller.v1beta1/consts"
	goptuna "github.com/kubeflow/katib/pkg/suggestion/v1beta1/goptuna"
	"github.com/kubeflow/katib/pkg/util/v1beta1/katibconfig"
	webhooks "github.com/kubeflow/katib/pkg/webhook/v1beta1"
	"github.com/spf13/viper"
	"google.golang.org/grpc"
	"google.golang.org/grpc/resolver"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client/config"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

func main() {
	logf.SetLogger(zap.New())
	suggestions := flag.String("suggestions", "", "address of a service of suggestions, instead of the controller")
	file := flag.String("katib-config", "", "the configuration file, as upstream's program takes it")
	certificates := flag.String("cert-dir", "", "folder with the certificate of the webhooks")
	services := flag.String("services", "", "addresses of services on this machine: name=address,name=address")
	flag.Parse()
	if *suggestions != "" {
		log.Fatal(suggest(*suggestions))
	}
	resolver.Register(newDNS(*services))
	if err := control(*file, *certificates); err != nil {
		log.Fatal(err)
	}
}

func suggest(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	api.RegisterSuggestionServer(server, goptuna.NewSuggestionService())
	return server.Serve(listener)
}

func control(file, certificates string) error {
	scheme := runtime.NewScheme()
	utilruntime.Must(apis.AddToScheme(scheme))
	utilruntime.Must(configv1beta1.AddToScheme(scheme))
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	loaded, err := katibconfig.GetInitConfigData(scheme, file)
	if err != nil {
		return err
	}
	settings := loaded.ControllerConfig
	kinds, err := katibconfig.TrialResourcesToGVKs(settings.TrialResources)
	if err != nil {
		return err
	}
	viper.Set(consts.ConfigExperimentSuggestionName, settings.ExperimentSuggestionName)
	viper.Set(consts.ConfigInjectSecurityContext, settings.InjectSecurityContext)
	viper.Set(consts.ConfigEnableGRPCProbeInSuggestion, settings.EnableGRPCProbeInSuggestion)
	viper.Set(consts.ConfigTrialResources, kinds)
	cluster, err := config.GetConfig()
	if err != nil {
		return err
	}
	mgr, err := manager.New(cluster, manager.Options{
		Metrics:                metricsserver.Options{BindAddress: settings.MetricsAddr},
		HealthProbeBindAddress: settings.HealthzAddr,
		LeaderElection:         settings.EnableLeaderElection,
		LeaderElectionID:       settings.LeaderElectionID,
		Scheme:                 scheme,
	})
	if err != nil {
		return err
	}
	if err := controller.AddToManager(mgr); err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{Port: *settings.WebhookPort, CertDir: certificates})
	if err := webhooks.AddToManager(mgr, server); err != nil {
		return err
	}
	return mgr.Start(signals.SetupSignalHandler())
}

// dns has the addresses of services by name and port, in place of the DNS of the cluster.
type dns map[string]string

func newDNS(text string) dns {
	known := dns{}
	for _, one := range strings.Split(text, ",") {
		if name, address, ok := strings.Cut(one, "="); ok {
			known[name] = address
		}
	}
	return known
}

func (dns) Scheme() string { return "dns" }

func (known dns) Build(target resolver.Target, connection resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	address, ok := known[target.Endpoint()]
	if !ok {
		log.Print("nobody knows ", target.Endpoint())
		return fixed{}, nil
	}
	return fixed{}, connection.UpdateState(resolver.State{Addresses: []resolver.Address{{Addr: address}}})
}

// fixed is a name whose address does not change.
type fixed struct{}

func (fixed) ResolveNow(resolver.ResolveNowOptions) {}

func (fixed) Close() {}
